import type { RaceResult, RoundResult } from '../../result/index.ts';

/** What the report can show over time. */
export type Measure =
  | { readonly kind: 'requestsPerSecond' | 'p50Ms' | 'p99Ms' }
  | { readonly kind: 'cpuCores' | 'memoryMiB'; readonly component: string }
  | { readonly kind: 'waiting'; readonly at: 'proxy' | 'pooler' };

/** One value of a round, in the middle of the window that it stands for. */
export interface TimePoint {
  /** Since the timed part of the round began. */
  readonly seconds: number;
  readonly value: number;
}

/** One second of a round's timed part. */
export interface RateWindow extends TimePoint {
  readonly p50Ms: number | undefined;
  readonly p99Ms: number | undefined;
}

/** The whole seconds of a round; the last one is cut short by the end of the round, and its count is no rate. */
export const wholeSeconds = ({ timeline, elapsedSeconds }: RoundResult): readonly RateWindow[] => {
  const windows = timeline ?? [];
  const startMs = windows[0]?.atMs ?? 0;
  const endMs = startMs + 1_000 * (elapsedSeconds ?? Number.POSITIVE_INFINITY);
  return windows
    .filter(({ atMs }) => atMs + 1_000 <= endMs + 50)
    .map(({ atMs, ok, p50Ms, p99Ms }) => ({ seconds: (atMs - startMs) / 1_000 + 0.5, value: ok, p50Ms, p99Ms }));
};

/** A figure over one round. Empty where it was not sampled. */
export const listRoundPoints = (round: RoundResult, measure: Measure): readonly TimePoint[] => {
  switch (measure.kind) {
    case 'requestsPerSecond':
      return wholeSeconds(round);
    case 'p50Ms':
    case 'p99Ms': {
      const { kind } = measure;
      return wholeSeconds(round).flatMap(({ seconds, [kind]: value }) =>
        value === undefined ? [] : [{ seconds, value }],
      );
    }
    case 'cpuCores': {
      const { atSeconds, component } = findComponent(round, measure.component);
      return (component?.cpuCores ?? []).map((value, index) => ({
        seconds: ((atSeconds[index - 1] ?? 0) + atSeconds[index]!) / 2,
        value,
      }));
    }
    case 'memoryMiB': {
      const { atSeconds, component } = findComponent(round, measure.component);
      return (component?.memoryMiB ?? []).map((value, index) => ({ seconds: atSeconds[index]!, value }));
    }
    case 'waiting': {
      const queue = round.series?.queues.find(({ name }) => name === measure.at);
      const atSeconds = sinceStart(round, queue?.atMs ?? []);
      return (queue?.waiting ?? []).map((value, index) => ({ seconds: Math.max(0, atSeconds[index]!), value }));
    }
    default:
      return measure satisfies never;
  }
};

const findComponent = (round: RoundResult, name: string) => ({
  atSeconds: sinceStart(round, round.series?.atMs ?? []),
  component: round.series?.components.find((component) => component.name === name),
});

/** The timed part begins with its first window; without one, with the first sample. */
const sinceStart = ({ timeline }: RoundResult, atMs: readonly number[]): readonly number[] => {
  const startMs = timeline?.[0]?.atMs ?? atMs[0] ?? 0;
  return atMs.map((at) => (at - startMs) / 1_000);
};

/** A figure over one round, on the time axis of the race. */
export interface RoundTrace {
  readonly block: number;
  /** When its timed part began, since the first round did. */
  readonly startSeconds: number;
  readonly points: readonly TimePoint[];
  readonly round: RoundResult;
}

/** The race as it was run: every round of each candidate, on one time axis. Runs in the page too. */
export const collectTraces = (race: RaceResult, measure: Measure): ReadonlyMap<string, readonly RoundTrace[]> => {
  const starts = race.candidates.flatMap(({ rounds }) => rounds.map(({ startedAt }) => Date.parse(startedAt)));
  const originMs = Math.min(...starts);
  return new Map(
    race.candidates.map(({ name, rounds }) => [
      name,
      rounds
        .map((round) => ({
          block: round.block,
          startSeconds: (Date.parse(round.startedAt) - originMs + (round.timeline?.[0]?.atMs ?? 0)) / 1_000,
          points: listRoundPoints(round, measure),
          round,
        }))
        .filter(({ points }) => points.length > 0)
        .sort((a, b) => a.startSeconds - b.startSeconds),
    ]),
  );
};
