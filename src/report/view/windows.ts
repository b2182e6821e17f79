import type { PageWindow } from '../page-data.ts';
import type { RaceView } from './race-view.ts';

/** The race as it was run: every window of one second, by candidate, on one time axis. */
export const windowsOf = ({ entries }: RaceView): ReadonlyMap<string, readonly PageWindow[]> => {
  const starts = entries.flatMap(({ candidate }) => candidate.rounds.map(({ startedAt }) => Date.parse(startedAt)));
  const origin = Math.min(...starts);
  return new Map(
    entries.map(({ candidate }) => [
      candidate.name,
      candidate.rounds
        .flatMap(({ startedAt, block, timeline, elapsedSeconds }) => {
          const offset = (Date.parse(startedAt) - origin) / 1_000;
          // The last window is cut short by the end of the round: its count is no rate.
          const windows = timeline ?? [];
          const endMs = (windows[0]?.atMs ?? 0) + 1_000 * (elapsedSeconds ?? Number.POSITIVE_INFINITY);
          const whole = windows.filter(({ atMs }) => atMs + 1_000 <= endMs + 50);
          return whole.map(({ atMs, ok, p50Ms, p99Ms }) => ({
            atSeconds: offset + atMs / 1_000,
            block,
            requestsPerSecond: ok,
            ...(p50Ms === undefined ? {} : { p50Ms }),
            ...(p99Ms === undefined ? {} : { p99Ms }),
          }));
        })
        .sort((a, b) => a.atSeconds - b.atSeconds),
    ]),
  );
};
