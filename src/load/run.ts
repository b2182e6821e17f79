import { debuglog } from 'node:util';
import type { Clock } from '../base/index.ts';
import { type CpuUse, watchCpu } from './engine/client-watch.ts';
import { type Engine, type EngineShare, openEngine } from './engine/engine.ts';
import { openEngineThread } from './engine/engine-thread.ts';
import { checkOpenFiles } from './engine/open-files.ts';
import type { LoadJob } from './job/job.ts';
import type { LoadResult, TimelineWindow } from './job/types.ts';
import { plannedMs } from './pacing/planned-time.ts';
import { buildResult } from './result/result.ts';
import { createTimeline, type Timeline } from './result/timeline.ts';
import type { AnswerRow } from './text/csv.ts';

/** Written for NODE_DEBUG=pitwall:load; nothing here runs per request. */
const debug = debuglog('pitwall:load');

/** What a run tells while it goes. */
export interface LoadHooks {
  /** The connections are open; the load begins now. */
  readonly onReady?: () => void;
  /** The warm-up is over: what comes now counts. Whoever measures the server begins here. */
  readonly onMeasuring?: () => void;
  /** The measured time is over; the result follows when it has been summed up. */
  readonly onMeasured?: () => void;
  /** About once a second, with the second that is over. */
  readonly onWindow?: (window: TimelineWindow) => void;
  /** Called for every measured answer, in a run of one worker; costs an object each. */
  readonly onAnswer?: (row: AnswerRow) => void;
  /** Ends the load early; what was measured until then is the result. */
  readonly signal?: AbortSignal;
}

/**
 * Runs a load job and gives back what it measured. A server that fails is data, not an error; throws `load.failed` only where no
 * load can be made at all (an unknown host), and `load.invalid` where the process may not open so many connections.
 */
export const runLoad = async (job: LoadJob, clock: Clock, hooks: LoadHooks = {}): Promise<LoadResult> => {
  checkOpenFiles(job);
  const { authority, model, warmupMs, workers } = job;
  debug('%s: load %j, end %j, warm-up %d ms, workers %d', authority, model, job.stop, warmupMs, workers);
  const openedNs = clock.nowNs();
  const timeline = createTimeline(job.workers, job.warmupMs, (window) => hooks.onWindow?.(window));
  const engines = await openEngines(job, clock, timeline, hooks);
  debug('%d connections open after %i ms', model.connections, (clock.nowNs() - openedNs) / 1e6);
  const cpu = watchCpu(clock);
  let use: CpuUse | undefined;
  const endMeasuring = (): void => {
    if (use !== undefined) return;
    use = cpu.read();
    hooks.onMeasured?.();
  };
  const warm = setTimeout(() => {
    cpu.reset();
    hooks.onMeasuring?.();
  }, job.warmupMs);
  // The last answers of an open loop may come later, and waiting for them costs nothing.
  const endMs = plannedMs(job);
  const end = Number.isFinite(endMs) ? setTimeout(endMeasuring, endMs) : undefined;
  const stop = () => {
    for (const engine of engines) engine.stop();
  };
  hooks.signal?.addEventListener('abort', stop, { once: true });
  try {
    const startedUnixMs = clock.unixMs();
    hooks.onReady?.();
    const running = engines.map((engine) => engine.run());
    if (hooks.signal?.aborted) stop();
    const tallies = await Promise.all(running);
    endMeasuring();
    timeline.finish();
    const endedEarly = hooks.signal?.aborted ?? false;
    const result = buildResult({
      job,
      startedUnixMs,
      tallies,
      timeline: timeline.windows,
      cpu: use ?? cpu.read(),
      endedEarly,
    });
    debug('ended%s: counts %j, closed checks %j', endedEarly ? ' early' : '', result.counts, closedChecks(result));
    return result;
  } finally {
    clearTimeout(warm);
    clearTimeout(end);
    hooks.signal?.removeEventListener('abort', stop);
    for (const engine of engines) engine.close();
  }
};

const closedChecks = ({ flags }: LoadResult): readonly string[] =>
  flags.filter(({ ok }) => !ok).map(({ explain }) => explain);

/** One worker runs in this thread, several in threads of their own. */
const openEngines = async (
  job: LoadJob,
  clock: Clock,
  timeline: Timeline,
  { onAnswer, signal }: LoadHooks,
): Promise<Engine[]> => {
  const opening = readShares(job).map((share) =>
    job.workers === 1
      ? openEngine(job, share, clock, { onWindow: (window) => timeline.add(window), onAnswer }, signal)
      : openEngineThread(job, share, (window) => timeline.add(window), signal),
  );
  const settled = await Promise.allSettled(opening);
  const engines = settled.filter((one) => one.status === 'fulfilled').map(({ value }) => value);
  const failure = settled.find((one) => one.status === 'rejected');
  if (failure === undefined) return engines;
  for (const engine of engines) engine.close();
  throw failure.reason;
};

/** Splits connections and requests exactly: the first workers take one more where it doesn't divide. */
const readShares = (job: LoadJob): EngineShare[] => {
  const { workers } = job;
  const requests = 'requests' in job.stop ? job.stop.requests : Number.POSITIVE_INFINITY;
  return Array.from({ length: workers }, (_, worker) => ({
    worker,
    workers,
    connections: part(job.model.connections, worker, workers),
    requests: Number.isFinite(requests) ? part(requests, worker, workers) : requests,
  }));
};

const part = (whole: number, index: number, parts: number): number =>
  Math.floor(whole / parts) + (index < whole % parts ? 1 : 0);
