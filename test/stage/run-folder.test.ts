import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { systemClock } from '../../src/base/index.ts';
import { identify } from '../../src/stage/process-table.ts';
import { createRunFolder, sweepLeftovers } from '../../src/stage/run-folder.ts';

test('a folder that is still empty, or half removed, is swept when its owner died, and no other', async () => {
  const parent = mkdtempSync(join(tmpdir(), 'sweep-test-'));
  try {
    const owner = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 20_000)']);
    const { pid, startTicks } = identify(owner.pid!);
    const died = `pitwall-${pid}-${startTicks}-AbC123`;
    mkdirSync(join(parent, died));
    mkdirSync(join(parent, 'pitwall-notes'));
    await using mine = createRunFolder(parent);
    expect(await sweepLeftovers(systemClock, parent)).toEqual([]);
    owner.kill('SIGKILL');
    await once(owner, 'exit');
    expect(await sweepLeftovers(systemClock, parent)).toEqual([{ folder: join(parent, died), processes: [] }]);
    expect(
      readdirSync(parent)
        .map((name) => join(parent, name))
        .sort(),
    ).toEqual([mine.path, join(parent, 'pitwall-notes')].sort());
  } finally {
    rmSync(parent, { recursive: true, force: true });
  }
});
