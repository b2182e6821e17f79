import { Histogram } from '../../stats/recording/index.ts';
import type { TimelineWindow } from '../job/types.ts';
import { windowNs } from './recorder.ts';
import type { WorkerWindow } from './tally.ts';

export interface Timeline {
  /** Windows that all workers have closed, in order. */
  readonly windows: readonly TimelineWindow[];
  add(window: WorkerWindow): void;
  /** Closes what only some workers had: the last, incomplete one. */
  finish(): void;
}

/** Puts the workers' windows together; `onWindow` hears of each that is complete. */
export const createTimeline = (
  workers: number,
  warmupMs: number,
  onWindow: (window: TimelineWindow) => void,
): Timeline => {
  const open = new Map<number, { ok: number; failed: number; left: number; histogram: Histogram }>();
  const windows: TimelineWindow[] = [];
  const close = (index: number): void => {
    const { ok, failed, histogram } = open.get(index)!;
    open.delete(index);
    const atMs = (index * windowNs) / 1e6;
    const window = {
      atMs,
      ok,
      failed,
      p50Ms: histogram.quantile(0.5) / 1e6,
      p99Ms: histogram.quantile(0.99) / 1e6,
      isWarmup: atMs < warmupMs,
    };
    windows.push(window);
    onWindow(window);
  };
  return {
    windows,
    add: ({ index, ok, failed, histogram }) => {
      const merged = open.get(index) ?? { ok: 0, failed: 0, left: workers, histogram: new Histogram() };
      open.set(index, merged);
      merged.ok += ok;
      merged.failed += failed;
      merged.histogram.merge(histogram);
      if (--merged.left === 0) close(index);
    },
    finish: () => {
      for (const index of [...open.keys()].toSorted((a, b) => a - b)) close(index);
    },
  };
};
