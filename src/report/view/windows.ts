import type { RaceResult } from '../../result/index.ts';

/** One second of a round's timed part. */
export interface TimeWindow {
  /** Since the first round began. */
  readonly atSeconds: number;
  readonly block: number;
  readonly requestsPerSecond: number;
  readonly p50Ms: number | undefined;
  readonly p99Ms: number | undefined;
}

/** The race as it was run: every window of one second, by candidate, on one time axis. Runs in the page too. */
export const windowsOf = (race: RaceResult): ReadonlyMap<string, readonly TimeWindow[]> => {
  const starts = race.candidates.flatMap(({ rounds }) => rounds.map(({ startedAt }) => Date.parse(startedAt)));
  const originMs = Math.min(...starts);
  return new Map(
    race.candidates.map(({ name, rounds }) => [
      name,
      rounds
        .flatMap(({ startedAt, block, timeline, elapsedSeconds }) => {
          const offset = (Date.parse(startedAt) - originMs) / 1_000;
          // The last window is cut short by the end of the round: its count is no rate.
          const windows = timeline ?? [];
          const endMs = (windows[0]?.atMs ?? 0) + 1_000 * (elapsedSeconds ?? Number.POSITIVE_INFINITY);
          const whole = windows.filter(({ atMs }) => atMs + 1_000 <= endMs + 50);
          return whole.map(({ atMs, ok, p50Ms, p99Ms }) => ({
            atSeconds: offset + atMs / 1_000,
            block,
            requestsPerSecond: ok,
            p50Ms,
            p99Ms,
          }));
        })
        .sort((a, b) => a.atSeconds - b.atSeconds),
    ]),
  );
};
