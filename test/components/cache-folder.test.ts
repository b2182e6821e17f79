import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { systemClock } from '../../src/base/index.ts';
import { makeOnce } from '../../src/components/cache-folder.ts';
import { repository } from '../support/race-folder.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pitwall-cache-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('what is made is made under the lock, which is gone afterwards, also when making fails', async () => {
  const lock = join(folder, 'lock');
  expect(await makeOnce(lock, { clock: systemClock }, async () => existsSync(lock))).toBe(true);
  const failing = makeOnce(lock, { clock: systemClock }, () => Promise.reject(new Error('disk full')));
  await expect(failing).rejects.toThrow('disk full');
  expect(readdirSync(folder)).toEqual([]);
});

test.each([
  ['of a process that has ended', JSON.stringify({ pid: spawnSync('true').pid, startTicks: 1 })],
  ['without an owner', ''],
])('a lock %s is taken over', async (_, content) => {
  const lock = join(folder, 'lock');
  writeFileSync(lock, content);
  await makeOnce(lock, { clock: systemClock }, () => Promise.resolve());
  expect(readdirSync(folder)).toEqual([]);
});

test('of many processes that come at once, and find the lock of a dead one, none disturbs another', async () => {
  writeFileSync(join(folder, 'lock'), '');
  const program = `
    import { appendFileSync } from 'node:fs';
    import { setTimeout } from 'node:timers/promises';
    const { systemClock } = await import('${repository}/dist/base/index.js');
    const { makeOnce } = await import('${repository}/dist/components/cache-folder.js');
    await makeOnce('${folder}/lock', { clock: systemClock }, async () => {
      appendFileSync('${folder}/log', 'in ');
      await setTimeout(5);
      appendFileSync('${folder}/log', 'out ');
    });`;
  const children = Array.from({ length: 6 }, () =>
    spawn(process.execPath, ['--input-type=module', '-e', program], { stdio: 'ignore' }),
  );
  await Promise.all(children.map((child) => once(child, 'exit')));
  expect(readFileSync(join(folder, 'log'), 'utf8')).toBe('in out '.repeat(6));
});
