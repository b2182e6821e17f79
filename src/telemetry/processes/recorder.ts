import { debuglog } from 'node:util';
import { type Clock, PitwallError } from '../../base/index.ts';
import type { ProcessUsage } from './by-process.ts';
import { openProcReader } from './proc-reader.ts';
import { RecordedTree } from './recorded-tree.ts';
import { followTrees } from './tree.ts';
import type { ComponentUsage, UsageSample } from './usage.ts';

const debug = debuglog('pitwall:telemetry');

export interface RecorderTarget {
  readonly name: string;
  /** Its whole process tree is recorded, less the trees of other targets inside it. */
  readonly pid: number;
  /** A child of this very process: it hands over its CPU time to the last tick, which no sample could see. @default false */
  readonly isOwnChild?: boolean;
}

export interface RecorderOptions {
  readonly targets: readonly RecorderTarget[];
  readonly intervalMs: number;
  readonly clock: Clock;
  /** @default '/proc' */
  readonly procRoot?: string;
  /** Record the processes of the targets alone, without their trees. @default true */
  readonly includeChildren?: boolean;
  /** Read I/O counts into each sample. @default false */
  readonly includeIo?: boolean;
  /** Count context switches, a file more for each thread and sample. @default false */
  readonly includeContextSwitches?: boolean;
  /** Called with each sample, and with the processes in it. */
  readonly onSample?: (target: RecorderTarget, sample: UsageSample, processes: readonly ProcessUsage[]) => void;
}

export interface Recorder {
  /** Takes the end point and returns what each target used since the start, in the order of the targets. */
  stop(): ComponentUsage[];
}

/** PSS walks page tables (0.6 ms for a process of 50 MiB): never more often than this. */
const minPssIntervalMs = 1000;
/** ... and so rarely that it takes no more than this share of a core. */
const maxPssCpuRatio = 0.0025;

/**
 * Records the process trees of the targets until `stop()`. The first reading is taken at once; every sample
 * is the window between two readings, and the last one is taken by `stop()`. Deadlines are multiples of the
 * interval from the start, so readings never drift; one that is missed is left out, not made up for.
 *
 * Throws `observe.failed` when a target isn't there.
 */
export const startRecorder = (options: RecorderOptions): Recorder => {
  const { targets, clock, intervalMs } = options;
  const reader = openProcReader(options.procRoot ?? '/proc');
  for (const { name, pid } of targets) {
    if (reader.read(`${pid}/stat`) !== undefined) continue;
    reader.close();
    throw new PitwallError('observe.failed', `Can't record ${name}: there is no process ${pid}.`);
  }
  const trees = followTrees(
    reader,
    targets.map(({ pid, isOwnChild }) => (isOwnChild ? { pid, reapedBy: process.pid } : { pid })),
    options.includeChildren ?? true,
  );
  const quantities = { io: options.includeIo ?? false, contextSwitches: options.includeContextSwitches ?? false };
  const recorded = targets.map(({ name }) => new RecordedTree(name, reader, quantities));
  debug('recording %j every %d ms', targets, intervalMs);
  const startNs = clock.nowNs();
  let lastNs = startNs;
  let nextPssNs = startNs + minPssIntervalMs * 1e6;

  const readAll = (isEndPoint: boolean): void => {
    const readings = trees.read();
    const nowNs = clock.nowNs();
    const windowMs = (nowNs - lastNs) / 1e6;
    const withPss = isEndPoint || nowNs >= nextPssNs;
    const isRest = isEndPoint && windowMs < intervalMs / 4;
    for (const [index, tree] of recorded.entries()) {
      const taken = tree.sample(readings[index]!, { atMs: (nowNs - startNs) / 1e6, windowMs, withPss, isRest });
      if (taken !== undefined) options.onSample?.(targets[index]!, taken.sample, taken.processes);
    }
    if (withPss) {
      const costMs = (clock.nowNs() - nowNs) / 1e6;
      nextPssNs = nowNs + Math.max(minPssIntervalMs * 0.98, costMs / maxPssCpuRatio) * 1e6;
    }
    lastNs = nowNs;
  };
  const glance = (): void => {
    for (const [index, reading] of trees.read().entries()) recorded[index]!.glance(reading);
  };

  for (const [index, reading] of trees.read().entries()) recorded[index]!.begin(reading);
  const stopping = new AbortController();
  // What pitwall starts may be over before the first sample: it is looked at early.
  const hasShortLived = targets.some(({ isOwnChild }) => isOwnChild === true);
  let failure: unknown;
  readOnTime(
    { clock, startNs, intervalMs, signal: stopping.signal },
    readAll,
    hasShortLived ? glance : undefined,
  ).catch((error: unknown) => {
    if (error !== stopRequested) failure = error;
  });

  return {
    stop() {
      stopping.abort(stopRequested);
      readAll(true);
      reader.close();
      debug('recorded for %i ms', (lastNs - startNs) / 1e6);
      if (failure !== undefined) {
        throw new PitwallError('observe.failed', 'The recorder could not go on.', { cause: failure });
      }
      return recorded.map((tree) => tree.total((lastNs - startNs) / 1e6));
    },
  };
};

const stopRequested = Symbol('the recorder was stopped');
const firstGlanceMs = 10;

interface ReadingTimes {
  readonly clock: Clock;
  readonly startNs: number;
  readonly intervalMs: number;
  readonly signal: AbortSignal;
}

/** Calls `readAll` at multiples of the interval until the signal; before the first of them `glance`, ever less often. */
const readOnTime = async (
  { clock, startNs, intervalMs, signal }: ReadingTimes,
  readAll: (isEndPoint: false) => void,
  glance: (() => void) | undefined,
): Promise<void> => {
  for (let atMs = firstGlanceMs; glance !== undefined && atMs < intervalMs; atMs *= 2) {
    await clock.sleepUntilNs(startNs + atMs * 1e6, signal);
    glance();
  }
  for (let index = 1; ; index += 1) {
    index = Math.max(index, Math.ceil((clock.nowNs() - startNs) / (intervalMs * 1e6)));
    await clock.sleepUntilNs(startNs + index * intervalMs * 1e6, signal);
    readAll(false);
  }
};
