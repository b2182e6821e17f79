import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { systemClock as clock, sleepMs } from '../../../src/base/index.ts';
import { startRecorder } from '../../../src/telemetry/index.ts';

let procRoot: string;
beforeEach(() => {
  procRoot = mkdtempSync(join(tmpdir(), 'proc-'));
});
afterEach(() => rmSync(procRoot, { recursive: true }));

const pageCount = 24_000;

/** A process that has used so many ticks since it started, so many ticks after boot. */
const writeProcess = (pid: number, { ticks, startTicks }: { ticks: number; startTicks: number }): void => {
  mkdirSync(join(procRoot, String(pid)), { recursive: true });
  const fields = ['S', 1, pid, pid, 0, 0, 0, 0, 0, 0, 0, ticks, 0, 0, 0, 20, 0, 1, 0, startTicks, 4096 * 50_000, 10];
  writeFileSync(join(procRoot, String(pid), 'stat'), `${pid} (idle) ${fields.join(' ')} ${'0 '.repeat(28)}`);
  writeFileSync(join(procRoot, String(pid), 'statm'), `50000 ${pageCount} 0 0 0 0 0\n`);
};

test('where uptime is the container’s and start times are the machine’s, an idle process has used nothing', async () => {
  writeFileSync(join(procRoot, 'uptime'), '12.00 3.00\n');
  writeFileSync(join(procRoot, 'loadavg'), '0.00 0.00 0.00 1/100 4242\n');
  writeProcess(4242, { ticks: 29_900, startTicks: 5_000_000 });
  const recorder = startRecorder({ targets: [{ name: 'idle', pid: 4242 }], intervalMs: 50, clock, procRoot });
  await sleepMs(clock, 120);
  const [usage] = recorder.stop();
  expect(usage).toMatchObject({ cpuSeconds: 0, cpuPercent: 0 });
});

test('resident memory is statm’s, for stat’s is only about right', async () => {
  writeFileSync(join(procRoot, 'loadavg'), '0.00 0.00 0.00 1/100 4242\n');
  writeProcess(4242, { ticks: 0, startTicks: 1 });
  const recorder = startRecorder({ targets: [{ name: 'idle', pid: 4242 }], intervalMs: 50, clock, procRoot });
  await sleepMs(clock, 120);
  expect(recorder.stop()[0]!.rssMiB).toBeCloseTo((pageCount * 4096) / 2 ** 20, 6);
});
