import type { LoadResult } from '../../load/index.ts';

const windowMs = 1_000;

/** Right answers in each whole second of the timed part; 0 where nothing came. */
export const wholeWindows = ({ timeline, elapsedMs }: LoadResult, warmupMs: number): readonly number[] => {
  const counts = new Map(timeline.map(({ atMs, ok }) => [Math.round(atMs / windowMs), ok]));
  const first = Math.ceil(warmupMs / windowMs);
  // What the timers were late by is not another second.
  const end = Math.floor((warmupMs + elapsedMs) / windowMs + 0.02);
  return Array.from({ length: Math.max(0, end - first) }, (_, index) => counts.get(first + index) ?? 0);
};
