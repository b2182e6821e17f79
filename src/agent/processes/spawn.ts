import { type ChildProcess, execFile, type StdioOptions, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { setPriority } from 'node:os';
import { dirname } from 'node:path';
import { PitwallError } from '../../base/index.ts';
import { makeFolders } from '../../files/index.ts';
import type { Command, ProcessEnd, ProcessSpec, ProcessUser } from '../protocol.ts';
import type { LogLimits } from './log-limit.ts';
import { markVariables, type RunMark } from './run-mark.ts';

export interface SpawnOptions {
  /** The component's name, in messages. */
  readonly name: string;
  readonly command: Command;
  readonly cwd?: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly user?: ProcessUser;
  readonly logFile: string;
  readonly piped: boolean;
}

export interface Spawned {
  readonly child: ChildProcess;
  readonly pid: number;
  readonly ended: Promise<ProcessEnd>;
}

/**
 * Starts the leader of a process group of its own. `onPid` is called as soon as there is a number, before anything else can happen.
 * @throws PitwallError `stage.died` where it cannot be started.
 */
export const spawnGroup = async (
  { name, command, cwd, env, user, logFile, piped }: SpawnOptions,
  { logs, mark, onPid }: { readonly logs: LogLimits; readonly mark: RunMark; onPid(pid: number): void },
): Promise<Spawned> => {
  const log = openLog(name, logFile);
  const stdio: StdioOptions = piped ? ['pipe', 'pipe', log] : ['ignore', log, log];
  let child: ChildProcess;
  try {
    child = spawn(command[0], command.slice(1), {
      ...(cwd === undefined ? {} : { cwd }),
      ...user,
      env: { ...env, ...markVariables(mark) },
      detached: true,
      stdio,
    });
  } catch (cause) {
    closeSync(log);
    throw cannotStart(name, command, cause);
  }
  logs.watch(log);
  // Writing to a process that has just died must not bring the agent down: its exit is what counts.
  child.stdin?.on('error', () => {});
  const ended = new Promise<ProcessEnd>((resolve) => {
    const end = (result: ProcessEnd): void => {
      logs.forget(log);
      closeSync(log);
      resolve(result);
    };
    child.once('exit', (code, signal) => end({ code, signal }));
    child.once('error', () => child.pid === undefined && end({ code: null, signal: null }));
  });
  if (child.pid !== undefined) onPid(child.pid);
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', (cause) => reject(cannotStart(name, command, cause)));
  });
  return { child, pid: child.pid!, ended };
};

const openLog = (name: string, file: string): number => {
  try {
    makeFolders(dirname(file));
    return openSync(file, 'a');
  } catch (cause) {
    throw new PitwallError('host.refused', `${name}: its log ${file} cannot be written (${findCode(cause)}).`, {
      cause,
    });
  }
};

const cannotStart = (name: string, command: Command, cause: unknown): PitwallError =>
  new PitwallError('stage.died', `${name}: ${command[0]} could not be started (${findCode(cause)}).`, { cause });

const findCode = (cause: unknown): string =>
  cause instanceof Error ? ((cause as NodeJS.ErrnoException).code ?? cause.message) : String(cause);

/** chrt and taskset become the command (exec): the process keeps its number, and its threads inherit both. */
export const placeCommand = ({ command, placement }: ProcessSpec, isRealTime: boolean): Command => {
  const pinned: Command =
    placement?.cpus === undefined ? command : ['taskset', '--cpu-list', placement.cpus, ...command];
  return isRealTime ? [...realTimePrefix, ...pinned] : pinned;
};

/** The lowest of the real-time priorities: before all that is usual, behind the kernel's own threads. */
const realTimePrefix = ['chrt', '--rr', '1'] as const;

/** Found out by trying: root is no answer where a control group has no real-time budget, and a limit may grant it to others. */
export const grantsRealTime = async (): Promise<boolean> =>
  (await capture([...realTimePrefix, 'true'], { timeoutMs: 10_000 })) !== undefined;

/** @throws PitwallError `stage.not-permitted`. */
export const setNice = (pid: number, { name, placement }: ProcessSpec): void => {
  if (placement?.nice === undefined) return;
  try {
    setPriority(pid, placement.nice);
  } catch (cause) {
    throw new PitwallError('stage.not-permitted', `${name} cannot get nice ${placement.nice}.`, { cause });
  }
};

/** More than any short command prints. */
const captureBytes = 8 * 2 ** 20;

/** What a short command prints on standard output; undefined where it cannot be run, fails, prints too much or takes too long. */
export const capture = (
  [file, ...args]: Command,
  { timeoutMs, signal }: { readonly timeoutMs: number; readonly signal?: AbortSignal },
): Promise<string | undefined> =>
  new Promise((resolve) => {
    const options = { timeout: timeoutMs, maxBuffer: captureBytes, killSignal: 'SIGKILL' as const };
    execFile(file, args, signal === undefined ? options : { ...options, signal }, (error, stdout) =>
      resolve(error === null ? stdout : undefined),
    );
  });
