import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { isAlive, readProcessStat } from '../../src/agent/processes/process-table.ts';
import { sleepMs, systemClock } from '../../src/base/index.ts';
import { startLocalHost } from '../../src/hosts/index.ts';
import { processesBelow } from '../support/traces.ts';
import { until } from '../support/until.ts';

let parent: string;
beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'local-host-'));
});
afterEach(() => rmSync(parent, { recursive: true, force: true }));

const env = { PATH: process.env['PATH']! };
const readPid = (file: string): number => Number(readFileSync(file, 'utf8'));
const isThere = (file: string) => () => {
  try {
    return readPid(file) > 0;
  } catch {
    return false;
  }
};
const runs = (pid: number): boolean => {
  const stat = readProcessStat(pid);
  return stat !== undefined && isAlive(stat);
};

test.each([
  { name: 'in a session of its own', start: 'setsid sh -c \'echo $$ > "$FILE"; exec sleep 60\' &' },
  { name: 'orphaned in a session of its own', start: '(setsid sh -c \'echo $$ > "$FILE"; exec sleep 60\' &) &' },
  { name: 'with another environment', start: 'setsid env -i sh -c "echo \\$\\$ > $FILE; exec /bin/sleep 60" &' },
])('what a component started $name ends with it', async ({ start }) => {
  await using host = await startLocalHost();
  const file = join(parent, 'pid');
  const component = await host.start({
    name: 'candidate',
    command: ['sh', '-c', `${start} exec sleep 60`],
    env: { ...env, FILE: file },
    logFile: join(parent, 'log'),
  });
  await until('the pid of the child', isThere(file));
  const pid = readPid(file);
  expect(runs(pid)).toBe(true);
  await component[Symbol.asyncDispose]();
  expect(runs(pid)).toBe(false);
});

test('what one component started is not ended with another', async () => {
  await using host = await startLocalHost();
  const start = (name: string) =>
    host.start({ name, command: ['sleep', '60'], env, logFile: join(parent, `${name}.log`) });
  const [one, other] = [await start('one'), await start('other')];
  await one[Symbol.asyncDispose]();
  expect([runs(one.pid), runs(other.pid)]).toEqual([false, true]);
  await other[Symbol.asyncDispose]();
});

test('what a build step left running in the background ends with the step, in a session of its own too', async () => {
  await using host = await startLocalHost();
  const files = ['plain', 'session'].map((name) => join(parent, name));
  await host.run(
    [
      'sh',
      '-c',
      `sh -c 'echo $$ > ${files[0]}; exec sleep 60' & setsid sh -c 'echo $$ > ${files[1]}; exec sleep 60' & ` +
        `while [ ! -s ${files[0]} ] || [ ! -s ${files[1]} ]; do sleep 0.05; done`,
    ],
    { env },
  );
  await sleepMs(systemClock, 50);
  expect(files.map(readPid).map(runs)).toEqual([false, false]);
});

test('a process that exits without cleaning up leaves nothing: its agent ends what it started', async () => {
  const source = `
    import { startLocalHost } from '${join(import.meta.dirname, '..', '..', 'dist', 'hosts', 'index.js')}';
    const host = await startLocalHost();
    const env = { PATH: process.env.PATH };
    await host.start({ name: 'plain', command: ['sleep', '61.5'], env, logFile: host.folder + '/plain.log' });
    await host.start({ name: 'left', command: ['setsid', '--fork', 'sleep', '61.5'], env, logFile: host.folder + '/left.log' });
    await new Promise((resolve) => setTimeout(resolve, 300));
    console.log('up');
    setTimeout(() => process.exit(7), 50);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', source], {
    env: { ...process.env, TMPDIR: parent },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [said] = await Promise.all([once(child.stdout!, 'data'), once(child, 'exit')]);
  expect(String(said)).toBe('up\n');
  expect(child.exitCode).toBe(7);
  await until('the end of the agent', () => readdirSync(parent).length === 0 && processesBelow(parent).length === 0);
});
