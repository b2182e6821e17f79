import type { Clock } from '../base/index.ts';
import { watchClient } from './client-watch.ts';
import { type Engine, type EngineShare, openEngine } from './engine.ts';
import type { LoadJob } from './job.ts';
import { resultOf } from './result.ts';
import { createTimeline } from './timeline.ts';
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
  /** Ends the load early; what was measured until then is the result. */
  readonly signal?: AbortSignal;
}

/**
 * Runs a load job and gives back what it measured. A server that fails is data, not an error; throws `load.failed` only where no
 * load can be made at all (an unknown host).
 */
export const runLoad = async (job: LoadJob, clock: Clock, hooks: LoadHooks = {}): Promise<LoadResult> => {
  const timeline = createTimeline(job.workers, job.warmupMs, (window) => hooks.onWindow?.(window));
  const engines = await Promise.all(
    sharesOf(job).map((share) => openEngine(job, share, clock, (window) => timeline.add(window))),
  );
  return await measure(job, engines);

  async function measure(of: LoadJob, opened: readonly Engine[]): Promise<LoadResult> {
    const watch = watchClient(clock);
    const warm = setTimeout(() => {
      watch.reset();
      hooks.onMeasuring?.();
    }, of.warmupMs);
    const stop = () => {
      for (const engine of opened) engine.stop();
    };
    hooks.signal?.addEventListener('abort', stop, { once: true });
    const startedUnixMs = clock.unixMs();
    hooks.onReady?.();
    try {
      const running = opened.map((engine) => engine.run());
      if (hooks.signal?.aborted) stop();
      const tallies = await Promise.all(running);
      const client = watch.stop();
      hooks.onMeasured?.();
      timeline.finish();
      return resultOf({
        job: of,
        startedUnixMs,
        tallies,
        timeline: timeline.windows,
        client,
        endedEarly: hooks.signal?.aborted ?? false,
      });
    } finally {
      clearTimeout(warm);
      hooks.signal?.removeEventListener('abort', stop);
    }
  }
};

/** Splits connections and requests exactly: the first workers take one more where it doesn't divide. */
export const sharesOf = (job: LoadJob): EngineShare[] => {
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
