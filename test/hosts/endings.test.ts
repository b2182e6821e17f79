import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, expect, test } from 'vitest';
import { identify, isAlive, type ProcessIdentity } from '../../src/agent/index.ts';
import { logTail } from '../../src/agent/processes/log-tail.ts';
import { systemClock } from '../../src/base/index.ts';
import { sweepLeftovers } from '../../src/components/index.ts';
import { script, startTestHost, type TestHost } from '../support/host.ts';
import { repository } from '../support/race-folder.ts';
import { until } from '../support/until.ts';

/** A process that has a child, does not listen to SIGTERM, and tells its child's number. */
const stubborn = (file: string) =>
  script(
    `process.on('SIGTERM', () => {});
     const { pid } = require('node:child_process').spawn('sleep', ['1000']);
     require('node:fs').writeFileSync(${JSON.stringify(file)}, String(pid));
     setInterval(() => {}, 1000);`,
  );

/** The number in a file; none before it was written. */
const readPid = (file: string): number | undefined =>
  (existsSync(file) && Number(readFileSync(file, 'utf8'))) || undefined;

const startBoth = async ({ host, tmp }: TestHost): Promise<readonly ProcessIdentity[]> => {
  const file = join(tmp, 'child');
  const logFile = join(host.folder, 'stubborn.log');
  const process = await host.start({ name: 'stubborn', command: stubborn(file), env: {}, logFile });
  const child = await until('its child', () => readPid(file));
  return [identify(process.pid), identify(child)];
};

/** Leaves its process group, its session and its parent. */
const startStray = async ({ host, tmp }: TestHost) => {
  const file = join(tmp, 'stray');
  const component = await host.start({
    name: 'component',
    command: ['sh', '-c', `(setsid sh -c 'echo $$ > "${file}"; exec sleep 1000' &) & exec sleep 1000`],
    env: { PATH: process.env['PATH']! },
    logFile: join(host.folder, 'component.log'),
  });
  const stray = await until('the stray', () => readPid(file));
  return { component, stray: identify(stray) };
};

const keepersOf = (folder: string): readonly number[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
        return words.includes('pitwall-keeper') && words.includes(folder);
      } catch {
        return false;
      }
    });

const expectNothingLeft = async (held: TestHost, folder: string, processes: readonly ProcessIdentity[]) => {
  await until('the end of all processes', () => !processes.some(isAlive));
  await until('the end of its files', () => !existsSync(folder));
  await until('the end of the keeper', () => keepersOf(folder).length === 0);
  expect(held.left().filter((name) => name.startsWith('pitwall-'))).toEqual([]);
};

describe('everything on a host is ended and removed', () => {
  test('when it is disposed', async () => {
    await using held = await startTestHost();
    const { host } = held;
    const undone = join(held.tmp, "it's undone");
    await host.atEnd(['touch', undone]);
    const processes = await startBoth(held);
    await host[Symbol.asyncDispose]();
    expect(processes.some(isAlive)).toBe(false);
    expect(existsSync(undone)).toBe(true);
    await expectNothingLeft(held, host.folder, processes);
  });

  test('when its agent is killed: by its keeper', async () => {
    await using held = await startTestHost();
    const { host } = held;
    const undone = join(held.tmp, "it's undone");
    await host.atEnd(['touch', undone]);
    const kept = await host.atEnd(['touch', join(held.tmp, 'no more')]);
    await kept[Symbol.asyncDispose]();
    rmSync(join(held.tmp, 'no more'));
    const processes = await startBoth(held);
    const waiting = await host.start({
      name: 'x',
      command: ['sleep', '99'],
      env: {},
      logFile: join(held.tmp, 'x.log'),
    });
    const run = host.run(['sleep', '1000']);
    run.catch(() => {});
    process.kill(host.pid, 'SIGKILL');
    expect(await host.lost).toMatchObject({ code: 'host.lost', message: expect.stringContaining('Host test') });
    expect(await waiting.exited).toMatchObject({ code: null, signal: null, lost: { code: 'host.lost' } });
    await expect(run).rejects.toMatchObject({ code: 'host.lost' });
    await expect(host.which('sh')).rejects.toMatchObject({ code: 'host.lost' });
    // What is held is let go of without another error.
    await waiting[Symbol.asyncDispose]();
    await expectNothingLeft(held, host.folder, processes);
    expect(existsSync(undone)).toBe(true);
    expect(existsSync(join(held.tmp, 'no more'))).toBe(false);
  });

  test('when its agent is told to end by a signal', async () => {
    await using held = await startTestHost();
    const processes = await startBoth(held);
    process.kill(held.host.pid, 'SIGTERM');
    expect(await held.host.lost).toMatchObject({ code: 'host.lost' });
    await expectNothingLeft(held, held.host.folder, processes);
  });

  test('when its agent is killed after its keeper was: by another keeper', async () => {
    await using held = await startTestHost();
    const processes = await startBoth(held);
    const [first] = keepersOf(held.host.folder);
    process.kill(first!, 'SIGKILL');
    await until('another keeper', () => keepersOf(held.host.folder).some((pid) => pid !== first));
    process.kill(held.host.pid, 'SIGKILL');
    await expectNothingLeft(held, held.host.folder, processes);
  });

  test('when its agent and its keeper are killed at once: by the next pitwall', async () => {
    await using held = await startTestHost();
    const { host, tmp } = held;
    const processes = await startBoth(held);
    const { stray } = await startStray(held);
    const agent = identify(host.pid);
    // An agent that is stopped starts no other keeper.
    process.kill(host.pid, 'SIGSTOP');
    for (const pid of keepersOf(host.folder)) process.kill(pid, 'SIGKILL');
    process.kill(host.pid, 'SIGKILL');
    await until('the end of the agent', () => !isAlive(agent));
    expect(processes.every(isAlive)).toBe(true);
    expect(await sweepLeftovers(systemClock, tmp)).toMatchObject([{ folder: host.folder }]);
    expect([...processes, stray].some(isAlive)).toBe(false);
    await expectNothingLeft(held, host.folder, processes);
  });

  test('also what left its process group: with its component, and by the agent or by its keeper', async () => {
    for (const end of ['component', 'agent', 'keeper'] as const) {
      await using held = await startTestHost();
      const { component, stray } = await startStray(held);
      expect(isAlive(stray)).toBe(true);
      if (end === 'component') await component[Symbol.asyncDispose]();
      else process.kill(held.host.pid, end === 'agent' ? 'SIGTERM' : 'SIGKILL');
      await until(`the end of the stray (${end})`, () => !isAlive(stray));
    }
  });

  test('when its controller is killed', async () => {
    const tmp = mkdtempSync(join(tmpdir(), 'controller-test-'));
    const file = join(tmp, 'child');
    const controller = spawn(
      process.execPath,
      [
        '--input-type=module',
        '-e',
        `import { startLocalHost } from ${JSON.stringify(join(repository, 'dist', 'hosts', 'index.js'))};
         const host = await startLocalHost();
         const logFile = host.folder + '/x.log';
         const started = await host.start({ name: 'x', command: ${JSON.stringify(stubborn(file))}, env: {}, logFile });
         console.log(JSON.stringify([host.folder, host.pid, started.pid]));
         await new Promise(() => {});`,
      ],
      { env: { ...process.env, TMPDIR: tmp }, stdio: ['ignore', 'pipe', 'inherit'] },
    );
    try {
      const [line] = (await once(createInterface({ input: controller.stdout }), 'line')) as [string];
      const [folder, ...pids] = JSON.parse(line) as [string, number, number];
      const child = await until('its child', () => readPid(file));
      const processes = [...pids, child].map(identify);
      controller.kill('SIGKILL');
      await until('the end of all processes', () => !processes.some(isAlive));
      expect(existsSync(folder)).toBe(false);
    } finally {
      controller.kill('SIGKILL');
      rmSync(tmp, { recursive: true, force: true });
    }
  });
});

test('a process that logs without end fills neither the disk nor the memory, and its last lines can be read', async () => {
  await using held = await startTestHost();
  const { host } = held;
  const logFile = join(host.folder, 'chatty.log');
  // Two gigabytes, as fast as they go.
  const command = [
    'sh',
    '-c',
    'yes "a line of the log" | head -c 2000000000; echo; echo the last line; sleep 1000',
  ] as const;
  const chatty = await host.start({ name: 'chatty', command, env: { PATH: process.env['PATH']! }, logFile });
  await until('its last line', () => logTail(logFile).includes('the last line'), 80_000);
  expect(await chatty.describeLog()).toMatch(/\| the last line$/);
  await until('a shorter log', () => statSync(logFile).size < 600e6);
  expect(Number(/^VmHWM:\s+(\d+)/m.exec(readFileSync(`/proc/${host.pid}/status`, 'utf8'))?.[1])).toBeLessThan(200_000);
  await chatty[Symbol.asyncDispose]();
});
