import { PassThrough, type Readable, type Writable } from 'node:stream';
import { PitwallError, sleepMs, systemClock } from '../../base/index.ts';
import type { OwnFolder } from '../disk/own-folder.ts';
import type { CallAnswer, CallRequest, ProcessEnd, ProcessSpec } from '../protocol.ts';
import type { Keeper } from './keeper.ts';
import type { LogLimits } from './log-limit.ts';
import { describeLog } from './log-tail.ts';
import { groupMembers, listDescendants, sendSignal } from './process-table.ts';
import { endMarked, findMarked, type RunMark } from './run-mark.ts';
import { grantsRealTime, placeCommand, type Spawned, type SpawnOptions, setNice, spawnGroup } from './spawn.ts';
import { waitOut } from './wait-out.ts';

interface Running extends Spawned {
  readonly mark: RunMark;
  readonly stopSignal: NodeJS.Signals;
  readonly graceMs: number;
  readonly pipes: { readonly stdin: Writable; readonly stdout: Readable } | undefined;
  /** Set by the first who stops it. */
  stopping?: Promise<void>;
}

/** The process groups of an agent. */
export interface Processes {
  start(spec: ProcessSpec): Promise<CallAnswer<'start'>>;
  wait(id: number): Promise<ProcessEnd>;
  /** Sends a signal to the leader. */
  signal(id: number, signal: NodeJS.Signals): boolean;
  /** The states (R, S, D, T, ...) of all of its group. */
  states(id: number): readonly string[];
  /** Standard input and output of a piped process. */
  pipes(id: number): { readonly stdin: Writable; readonly stdout: Readable };
  /** Asks the leader, waits, then kills what is left: its group, all that it had started, and all that carries its mark. */
  stop(id: number): Promise<void>;
  /** Runs a command to its end, and ends what it left behind; its group is killed on `signal`. */
  run(request: CallRequest<'run'>, signal: AbortSignal): Promise<void>;
  /** Ends everything within about `graceMs` and a second. */
  endAll(graceMs: number): Promise<void>;
}

export interface ProcessesParts {
  readonly folder: OwnFolder;
  readonly keeper: Keeper;
  readonly logs: LogLimits;
}

export const createProcesses = ({ folder, keeper, logs }: ProcessesParts): Processes => {
  const running = new Map<number, Running>();
  let lastId = 0;
  let parts = 0;
  let isEnding = false;

  const spawnKept = async (
    options: SpawnOptions,
    stopSignal: NodeJS.Signals,
  ): Promise<Spawned & { readonly mark: RunMark }> => {
    if (isEnding) throw new PitwallError('host.lost', 'The agent is ending.');
    const onPid = (pid: number): void => {
      keeper.add(pid, stopSignal);
      folder.register(pid, options.name, stopSignal);
    };
    parts += 1;
    const mark = { run: folder.path, part: parts };
    return { ...(await spawnGroup(options, { logs, mark, onPid })), mark };
  };
  const find = (id: number): Running => {
    const found = running.get(id);
    if (found === undefined) throw new PitwallError('host.refused', `There is no process ${id} of this agent.`);
    return found;
  };
  const stopOne = async (id: number, one: Running, graceMs: number): Promise<void> => {
    one.stopping ??= stopGroup(one, graceMs);
    await one.stopping;
    keeper.drop(one.pid);
    running.delete(id);
  };
  const add = (one: Running): number => {
    lastId += 1;
    running.set(lastId, one);
    return lastId;
  };
  const begin: RunParts['begin'] = async (options) => {
    const spawned = await spawnKept(options, 'SIGTERM');
    const id = add({ ...spawned, stopSignal: 'SIGTERM', graceMs: 0, pipes: undefined });
    const forget = (): void => {
      running.delete(id);
      keeper.drop(spawned.pid);
    };
    return { ...spawned, forget };
  };

  return {
    async start(spec) {
      const { stopSignal = 'SIGTERM', graceMs = 5_000, piped = false } = spec;
      const isRealTime = spec.realTime === true && spec.placement?.nice === undefined && (await grantsRealTime());
      const spawned = await spawnKept({ ...spec, piped, command: placeCommand(spec, isRealTime) }, stopSignal);
      const id = add({ ...spawned, stopSignal, graceMs, pipes: findPipes(spawned) });
      try {
        setNice(spawned.pid, spec);
      } catch (error) {
        await stopOne(id, find(id), graceMs);
        throw error;
      }
      return { process: id, pid: spawned.pid, isRealTime };
    },
    wait: (id) => find(id).ended,
    signal: (id, signal) => sendSignal(find(id).pid, signal),
    states: (id) => groupMembers(find(id).pid).map(({ state }) => state),
    pipes(id) {
      const { pipes } = find(id);
      if (pipes === undefined) throw new PitwallError('host.refused', `Process ${id} was not started with pipes.`);
      return pipes;
    },
    async stop(id) {
      const one = running.get(id);
      // Stopping twice is no mistake: both want it gone.
      if (one !== undefined) await stopOne(id, one, one.graceMs);
    },
    run: (request, signal) => runToEnd(request, signal, { folder: folder.path, begin }),
    async endAll(graceMs) {
      isEnding = true;
      await Promise.all([...running].map(([id, one]) => stopOne(id, one, Math.min(graceMs, one.graceMs))));
      await waitOut(endMarked({ run: folder.path }), systemClock);
    },
  };
};

interface RunParts {
  readonly folder: string;
  /** Starts the command as one of the agent's processes, until it is forgotten. */
  begin(options: SpawnOptions): Promise<Spawned & { readonly mark: RunMark; forget(): void }>;
}

const runToEnd = async (
  { command, cwd, env, user, logFile }: CallRequest<'run'>,
  signal: AbortSignal,
  { folder, begin }: RunParts,
): Promise<void> => {
  signal.throwIfAborted();
  const file = logFile ?? `${folder}/run.log`;
  const spawned = await begin({
    name: command[0],
    command,
    ...(cwd === undefined ? {} : { cwd }),
    ...(user === undefined ? {} : { user }),
    env: env ?? process.env,
    logFile: file,
    piped: false,
  });
  const onAbort = (): boolean => sendSignal(-spawned.pid, 'SIGKILL');
  signal.addEventListener('abort', onAbort, { once: true });
  // It may have come while the command was being started.
  if (signal.aborted) onAbort();
  try {
    const { code, signal: endedBy } = await spawned.ended;
    signal.throwIfAborted();
    if (code !== 0) {
      const how = endedBy ?? `code ${code}`;
      throw new PitwallError(
        'stage.died',
        `\`${command.join(' ')}\` ended with ${how}.${describeLog(file, logFile !== undefined)}`,
      );
    }
  } finally {
    signal.removeEventListener('abort', onAbort);
    // What it left running in the background has nobody to wait for it.
    await waitOut(endMarked(spawned.mark), systemClock);
    spawned.forget();
  }
};

const findPipes = ({ child: { stdin, stdout } }: Spawned): Running['pipes'] => {
  if (stdin === null || stdout === null) return undefined;
  // Node lets go of the output of a process that ends before anybody asks for it; a stream in between keeps what it holds.
  return { stdin, stdout: stdout.pipe(new PassThrough()) };
};

/** Long enough for the kernel to take a killed process down, whatever it was in. */
const killedWithinMs = 1_000;

const stopGroup = async ({ child, pid, ended, stopSignal, mark }: Running, graceMs: number): Promise<void> => {
  const descendants = hasNotEnded(child) ? listDescendants(pid) : [];
  const grace = new AbortController();
  if (hasNotEnded(child)) {
    sendSignal(pid, stopSignal);
    // A stopped (SIGSTOP) process cannot act on a signal before it goes on.
    sendSignal(pid, 'SIGCONT');
    await Promise.race([ended.then(() => grace.abort()), sleepMs(systemClock, graceMs, grace.signal).catch(() => {})]);
  }
  // Once the leader is gone its number could belong to somebody else's group: trust the mark only.
  if (hasNotEnded(child) || hasMarked(pid, mark)) {
    sendSignal(-pid, 'SIGKILL');
    for (let waitedMs = 0; waitedMs < killedWithinMs && groupMembers(pid).length > 0; waitedMs += 10) {
      await sleepMs(systemClock, 10);
    }
  }
  await waitOut(endMarked(mark, descendants), systemClock);
};

const hasNotEnded = ({ exitCode, signalCode }: Spawned['child']): boolean => exitCode === null && signalCode === null;

/** Whether a process group has a member that carries the mark. */
const hasMarked = (groupId: number, mark: RunMark): boolean => {
  const marked = new Set(findMarked(mark).map(({ pid }) => pid));
  return groupMembers(groupId).some(({ pid }) => marked.has(pid));
};
