import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { makeOwnFolder } from '../../../src/agent/disk/own-folder.ts';
import { identify, isAlive } from '../../../src/agent/processes/process-table.ts';
import { systemClock } from '../../../src/base/index.ts';
import { sweepLeftovers } from '../../../src/components/host/leftovers.ts';

const isRoot = process.getuid?.() === 0;
const stranger = 65_534;
let parent: string;
const children: ChildProcess[] = [];

beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'sweep-test-'));
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  rmSync(parent, { recursive: true, force: true });
});

const startSleeper = (env: Readonly<Record<string, string>> = {}): ChildProcess => {
  const child = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60_000)'], { env: { ...process.env, ...env } });
  children.push(child);
  return child;
};

/** The folder of a pitwall that is gone, with what it wrote down. */
const makeLeftover = async (place: string, suffix = 'AbC123'): Promise<string> => {
  const owner = startSleeper();
  const { pid, startTicks } = identify(owner.pid!);
  owner.kill('SIGKILL');
  await once(owner, 'exit');
  const folder = join(place, `pitwall-${pid}-${startTicks}-${suffix}`);
  mkdirSync(folder, { mode: 0o711 });
  return folder;
};

const register = (folder: string, victim: ChildProcess): void =>
  writeFileSync(
    join(folder, 'processes.jsonl'),
    `${JSON.stringify({ ...identify(victim.pid!), name: 'victim', stopSignal: 'SIGKILL' })}\n`,
  );

describe('the sweep of what killed pitwalls left', () => {
  test('takes a folder that is still empty, or half removed, when its owner died, and no other', async () => {
    const owner = startSleeper();
    const { pid, startTicks } = identify(owner.pid!);
    const died = join(parent, `pitwall-${pid}-${startTicks}-AbC123`);
    mkdirSync(died);
    mkdirSync(join(parent, 'pitwall-notes'));
    const mine = makeOwnFolder(parent);
    expect(await sweepLeftovers(systemClock, parent)).toEqual([]);
    owner.kill('SIGKILL');
    await once(owner, 'exit');
    expect(await sweepLeftovers(systemClock, parent)).toEqual([{ folder: died, processes: [] }]);
    expect(
      readdirSync(parent)
        .map((name) => join(parent, name))
        .sort(),
    ).toEqual([mine, join(parent, 'pitwall-notes')].sort());
  });

  test('ends the processes that a folder names, and those that carry its mark in a session of their own', async () => {
    const folder = await makeLeftover(parent);
    const named = startSleeper();
    register(folder, named);
    const marked = spawn('setsid', ['sleep', '60'], { env: { ...process.env, PITWALL_RUN: folder }, stdio: 'ignore' });
    children.push(marked);
    await once(marked, 'spawn');
    const both = [named, marked].map(({ pid }) => identify(pid!));
    const [leftover] = await sweepLeftovers(systemClock, parent);
    expect(leftover!.processes[0]).toBe(`victim (${named.pid})`);
    expect(leftover!.processes).toContain(`process ${marked.pid}`);
    expect(existsSync(folder)).toBe(false);
    expect(both.map(isAlive)).toEqual([false, false]);
  });

  test.skipIf(!isRoot)('does not look at a folder of another user, and goes on with its own', async () => {
    const foreign = await makeLeftover(parent, 'foreig');
    const victim = startSleeper();
    register(foreign, victim);
    chownSync(foreign, stranger, stranger);
    const own = await makeLeftover(parent, 'ownown');
    expect(await sweepLeftovers(systemClock, parent)).toEqual([{ folder: own, processes: [] }]);
    expect(existsSync(foreign)).toBe(true);
    expect(isAlive(identify(victim.pid!))).toBe(true);
  });

  test('does not follow a link to a folder of its own', async () => {
    const real = await makeLeftover(parent);
    const elsewhere = join(parent, 'elsewhere');
    mkdirSync(elsewhere);
    symlinkSync(elsewhere, `${real.slice(0, -6)}linked`);
    rmSync(real, { recursive: true });
    expect(await sweepLeftovers(systemClock, parent)).toEqual([]);
    expect(existsSync(elsewhere)).toBe(true);
  });

  test.each([
    { name: 'the folder itself', path: (folder: string) => folder, mode: 0o777 },
    { name: 'the folder above, which has no sticky bit', path: () => parent, mode: 0o777 },
  ])('believes nothing where others can write: $name', async ({ path, mode }) => {
    const folder = await makeLeftover(parent);
    const victim = startSleeper();
    register(folder, victim);
    chmodSync(path(folder), mode);
    expect(await sweepLeftovers(systemClock, parent)).toEqual([
      { folder, processes: [], failure: 'others can write there, so it is not trusted' },
    ]);
    expect(isAlive(identify(victim.pid!))).toBe(true);
    expect(existsSync(folder)).toBe(true);
  });

  test.skipIf(!isRoot)('believes nothing in a folder of another user, whoever owns what lies in it', async () => {
    const folder = await makeLeftover(parent);
    const victim = startSleeper();
    register(folder, victim);
    chownSync(parent, stranger, stranger);
    expect((await sweepLeftovers(systemClock, parent))[0]).toMatchObject({ folder, processes: [] });
    expect(isAlive(identify(victim.pid!))).toBe(true);
  });

  test('lets lines be that pitwall would not have written', async () => {
    const folder = await makeLeftover(parent);
    const victim = startSleeper();
    const { pid, startTicks } = identify(victim.pid!);
    writeFileSync(
      join(folder, 'processes.jsonl'),
      [
        { pid: -1, startTicks, name: 'everybody', stopSignal: 'SIGKILL' },
        { pid: String(pid), startTicks, name: 'text', stopSignal: 'SIGKILL' },
        { pid, startTicks, name: 'signal', stopSignal: 'SIGNAL' },
      ]
        .map((line) => JSON.stringify(line))
        .join('\n'),
    );
    writeFileSync(
      join(folder, 'at-end.sh'),
      "'/sbin/ip' 'link' 'delete' 'lo'\n'/bin/rm' '-rf' '/no/such/folder'\n'/sbin/ip' 'link'",
    );
    expect(await sweepLeftovers(systemClock, parent)).toEqual([{ folder, processes: [] }]);
    expect(isAlive(identify(victim.pid!))).toBe(true);
  });

  test('finds nothing in a folder that is not there', async () => {
    expect(await sweepLeftovers(systemClock, join(parent, 'not-there'))).toEqual([]);
  });
});
