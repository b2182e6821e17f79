import type { Clock } from '../base/index.ts';
import { watchCpu } from './client-watch.ts';
import { type Engine, type EngineShare, openEngine } from './engine.ts';
import { openEngineThread } from './engine-thread.ts';
import type { LoadJob } from './job.ts';
import type { AnswerRow } from './report/csv.ts';
import { resultOf } from './result.ts';
import { createTimeline, type Timeline } from './timeline.ts';
import type { LoadResult, TimelineWindow } from './types.ts';

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
  /** Of every measured answer, in a run of one worker; costs an object each. */
  readonly onAnswer?: (row: AnswerRow) => void;
  /** Ends the load early; what was measured until then is the result. */
  readonly signal?: AbortSignal;
}

/**
 * Runs a load job and gives back what it measured. A server that fails is data, not an error; throws `load.failed` only where no
 * load can be made at all (an unknown host).
 */
export const runLoad = async (job: LoadJob, clock: Clock, hooks: LoadHooks = {}): Promise<LoadResult> => {
  const timeline = createTimeline(job.workers, job.warmupMs, (window) => hooks.onWindow?.(window));
  const engines = await openEngines(job, clock, timeline, hooks);
  const cpu = watchCpu(clock);
  const warm = setTimeout(() => {
    cpu.reset();
    hooks.onMeasuring?.();
  }, job.warmupMs);
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
    const use = cpu.read();
    hooks.onMeasured?.();
    timeline.finish();
    const endedEarly = hooks.signal?.aborted ?? false;
    return resultOf({ job, startedUnixMs, tallies, timeline: timeline.windows, cpu: use, endedEarly });
  } finally {
    clearTimeout(warm);
    hooks.signal?.removeEventListener('abort', stop);
    for (const engine of engines) engine.close();
  }
};

/** One worker runs in this thread, several in threads of their own. */
const openEngines = async (
  job: LoadJob,
  clock: Clock,
  timeline: Timeline,
  { onAnswer }: LoadHooks,
): Promise<Engine[]> => {
  const opening = sharesOf(job).map((share) =>
    job.workers === 1
      ? openEngine(job, share, clock, { onWindow: (window) => timeline.add(window), onAnswer })
      : openEngineThread(job, share, (window) => timeline.add(window)),
  );
  const settled = await Promise.allSettled(opening);
  const engines = settled.filter((one) => one.status === 'fulfilled').map(({ value }) => value);
  const failure = settled.find((one) => one.status === 'rejected');
  if (failure === undefined) return engines;
  for (const engine of engines) engine.close();
  throw failure.reason;
};

/** Splits connections and requests exactly: the first workers take one more where it doesn't divide. */
const sharesOf = (job: LoadJob): EngineShare[] => {
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
