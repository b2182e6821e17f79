import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { accessSync, closeSync, constants, mkdirSync, openSync } from 'node:fs';
import { createServer } from 'node:net';
import { setPriority } from 'node:os';
import { delimiter, dirname, isAbsolute, join } from 'node:path';
import { type Clock, PitwallError, sleepMs } from '../base/index.ts';
import type { Host, HostProcess, ProcessExit, ProcessSpec, RunOptions } from './host.ts';
import { describeLog } from './log-tail.ts';
import { groupMembers, sendSignal } from './process-table.ts';
import { type RunFolder, runMarker } from './run-folder.ts';

/** The machine that pitwall runs on. Whatever it starts is registered in `folder` until it has stopped. */
export const localHost = (folder: RunFolder, clock: Clock): Host => ({
  name: 'local',
  address: '127.0.0.1',
  start: (spec) => startProcess(spec, folder, clock),
  run: (command, options) => runToEnd(command, folder, options),
  capture,
  freePort,
  which,
});

const startProcess = async (spec: ProcessSpec, folder: RunFolder, clock: Clock): Promise<HostProcess> => {
  const isRealTime = spec.realTime === true && spec.placement?.nice === undefined && (await grantsRealTime());
  const command = placed(spec, isRealTime);
  const { name, logFile, stopSignal = 'SIGTERM', graceMs = 5_000, piped = false } = spec;
  mkdirSync(dirname(logFile), { recursive: true });
  const log = openSync(logFile, 'a');
  let child: ChildProcess;
  try {
    child = spawn(command[0], command.slice(1), {
      ...(spec.cwd === undefined ? {} : { cwd: spec.cwd }),
      ...spec.user,
      env: { ...spec.env, [runMarker]: folder.path },
      // A group of its own: Ctrl-C on the terminal reaches pitwall only, which stops things in order.
      detached: true,
      stdio: piped ? ['pipe', 'pipe', log] : ['ignore', log, log],
    });
  } finally {
    closeSync(log);
  }
  const exited = new Promise<ProcessExit>((resolve) => child.once('exit', (code, signal) => resolve({ code, signal })));
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', (cause) =>
      reject(new PitwallError('stage.died', `${name}: ${command[0]} could not be started.`, { cause })),
    );
  });
  const pid = child.pid!;
  folder.register(pid, name, stopSignal);
  setNice(pid, spec);
  // Writing to a process that has just died must not bring pitwall down: its exit is what counts.
  child.stdin?.on('error', () => {});
  return {
    name,
    pid,
    exited,
    logFile,
    isRealTime,
    pipes: child.stdin && child.stdout ? { stdin: child.stdin, stdout: child.stdout } : undefined,
    [Symbol.asyncDispose]: () => stopGroup(pid, exited, stopSignal, graceMs, clock),
  };
};

/** chrt and taskset become the command (exec): the process keeps its number, and its threads inherit both. */
const placed = ({ command, placement }: ProcessSpec, isRealTime: boolean): readonly [string, ...string[]] => {
  const pinned: ProcessSpec['command'] =
    placement?.cpus === undefined ? command : ['taskset', '--cpu-list', placement.cpus, ...command];
  return isRealTime ? [...realTimePrefix, ...pinned] : pinned;
};

/** The lowest of the real-time priorities: before all that is usual, behind the kernel's own threads. */
const realTimePrefix = ['chrt', '--rr', '1'] as const;

/** Found out by trying: root is no answer where a control group has no real-time budget, and a limit may grant it to others. */
const grantsRealTime = async (): Promise<boolean> => (await capture([...realTimePrefix, 'true'])) !== undefined;

const setNice = (pid: number, { name, placement }: ProcessSpec): void => {
  if (placement?.nice === undefined) return;
  try {
    setPriority(pid, placement.nice);
  } catch (cause) {
    throw new PitwallError('stage.not-permitted', `${name} cannot get nice ${placement.nice}.`, { cause });
  }
};

/** Asks the leader, waits, then kills whatever is left of the group and waits until it is gone. */
const stopGroup = async (
  pid: number,
  exited: Promise<ProcessExit>,
  stopSignal: NodeJS.Signals,
  graceMs: number,
  clock: Clock,
): Promise<void> => {
  const grace = new AbortController();
  sendSignal(pid, stopSignal);
  // A stopped (SIGSTOP) process cannot act on a signal before it goes on.
  sendSignal(pid, 'SIGCONT');
  await Promise.race([exited.then(() => grace.abort()), sleepMs(clock, graceMs, grace.signal).catch(() => {})]);
  sendSignal(-pid, 'SIGKILL');
  await exited;
  for (let tries = 0; tries < 200 && groupMembers(pid).length > 0; tries += 1) await sleepMs(clock, 10);
};

const runToEnd = async (
  command: readonly [string, ...string[]],
  folder: RunFolder,
  { cwd, env, user, logFile, signal }: RunOptions = {},
): Promise<void> => {
  const file = logFile ?? join(folder.path, 'run.log');
  mkdirSync(dirname(file), { recursive: true });
  const log = openSync(file, 'a');
  try {
    const child = spawn(command[0], command.slice(1), {
      ...(cwd === undefined ? {} : { cwd }),
      ...user,
      env: { ...(env ?? process.env), [runMarker]: folder.path },
      detached: true,
      stdio: ['ignore', log, log],
    });
    const onAbort = () => child.pid !== undefined && sendSignal(-child.pid, 'SIGKILL');
    signal?.addEventListener('abort', onAbort, { once: true });
    try {
      const { code, signal: endedBy } = await new Promise<ProcessExit>((resolve, reject) => {
        child.once('error', (cause) =>
          reject(new PitwallError('stage.died', `\`${command.join(' ')}\` could not be started.`, { cause })),
        );
        child.once('spawn', () => folder.register(child.pid!, command[0], 'SIGTERM'));
        child.once('exit', (code, signal) => resolve({ code, signal }));
      });
      signal?.throwIfAborted();
      if (code !== 0) {
        const how = endedBy ?? `code ${code}`;
        throw new PitwallError('stage.died', `\`${command.join(' ')}\` ended with ${how}.${describeLog(file)}`);
      }
    } finally {
      signal?.removeEventListener('abort', onAbort);
    }
  } finally {
    closeSync(log);
  }
};

const capture = ([file, ...args]: readonly [string, ...string[]]): Promise<string | undefined> =>
  new Promise((resolve) => {
    execFile(file, args, { timeout: 10_000 }, (error, stdout) => resolve(error === null ? stdout : undefined));
  });

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => (typeof address === 'object' && address !== null ? resolve(address.port) : reject(address)));
    });
  });

/** Debian keeps haproxy and pgbouncer in /usr/sbin, which is not on everybody's PATH. */
const which = (command: string): string | undefined => {
  const path = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/local/sbin', '/usr/sbin', '/sbin'];
  const places = isAbsolute(command)
    ? [command]
    : path.filter((folder) => folder !== '').map((folder) => join(folder, command));
  return places.find(isExecutable);
};

const isExecutable = (path: string): boolean => {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
};
