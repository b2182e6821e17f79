import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, statSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createLogLimits } from '../../../src/agent/processes/log-limit.ts';
import { until } from '../../support/until.ts';

test('a log that has passed its limit is started anew, and one that has not is left alone', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'log-limit-test-'));
  const [long, short] = ['long', 'short'].map((name) => join(folder, name)) as [string, string];
  const fds = [long, short].map((file) => openSync(file, 'a')) as [number, number];
  const limits = createLogLimits(2 ** 20);
  try {
    for (const fd of fds) limits.watch(fd);
    writeSync(fds[0], Buffer.alloc(2 ** 20 + 1, 'x'));
    writeSync(fds[1], Buffer.alloc(2 ** 20, 'y'));
    await until('the new start', () => statSync(long).size < 1_000);
    writeSync(fds[0], 'and on\n');
    expect(readFileSync(long, 'utf8')).toBe('[pitwall: this log had passed 1 MiB and was started anew]\nand on\n');
    expect(statSync(short).size).toBe(2 ** 20);
  } finally {
    for (const fd of fds) {
      limits.forget(fd);
      closeSync(fd);
    }
    rmSync(folder, { recursive: true, force: true });
  }
});
