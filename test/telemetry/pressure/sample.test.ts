import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { systemClock as clock, sleepMs } from '../../../src/base/index.ts';
import { hostUsageBetween, startHostSampler } from '../../../src/telemetry/index.ts';
import { parseLoadAverage, parseMachineTicks, parsePressure } from '../../../src/telemetry/pressure/parse.ts';

test('pressure, ticks and load are read by name', () => {
  const text =
    'some avg10=1.26 avg60=0.85 avg300=1.03 total=8300427\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=20\n';
  expect(parsePressure(text)).toEqual({ someSeconds: 8.300427, fullSeconds: 0.00002 });
  expect(parsePressure(text.split('\n')[0]!)).toEqual({ someSeconds: 8.300427 });
  expect(parsePressure('')).toBeUndefined();
  expect(parseMachineTicks('cpu  4809 10 2520 87359 428 1 54 14 0 0\ncpu0 1 2 3\n')).toEqual({
    user: 4819,
    system: 2575,
    idle: 87359,
    ioWait: 428,
    steal: 14,
  });
  expect(parseMachineTicks('')).toBeUndefined();
  expect(parseLoadAverage('2.68 1.24 0.49 3/102 10597\n')).toEqual({ minute: 2.68, runnable: 3 });
});

test('a machine is sampled, and what it does between two readings is a difference of totals', async () => {
  const sampler = startHostSampler({ intervalMs: 50, clock });
  const untilNs = clock.nowNs() + 300e6;
  while (clock.nowNs() < untilNs) await sleepMs(clock, 0);
  const { samples, failure } = await sampler.stop();
  expect(failure).toBeUndefined();
  const usage = hostUsageBetween(samples[0]!, samples.at(-1)!);
  expect(usage.busyRatio).toBeGreaterThan(0);
  expect(usage.busyRatio).toBeLessThanOrEqual(1);
});

test('what a machine does not have is absent, not 0', async () => {
  const empty = mkdtempSync(join(tmpdir(), 'pitwall-proc-'));
  const { samples } = await startHostSampler({ intervalMs: 50, clock, procRoot: empty }).stop();
  rmSync(empty, { recursive: true });
  expect(Object.keys(samples[0]!)).toEqual(['atNs']);
  expect(hostUsageBetween(samples[0]!, samples.at(-1)!)).toEqual({});
});
