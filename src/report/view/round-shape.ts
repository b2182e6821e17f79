import { average } from '../../stats/index.ts';
import { componentOrder } from './components.ts';
import type { Entry } from './entries.ts';
import { type LevelChange, levelChanges } from './level-changes.ts';
import { listRoundPoints, type Measure, type TimePoint } from './windows.ts';

/** What a round of a candidate looks like: every round's rate and latency, and the mean of the rest over the rounds. */
export interface RoundShape {
  readonly entry: Entry;
  readonly rates: readonly (readonly TimePoint[])[];
  readonly p99Ms: readonly (readonly TimePoint[])[];
  readonly changes: readonly LevelChange[];
  readonly cores: readonly NamedCurve[];
  readonly memoryMiB: readonly NamedCurve[];
  readonly waiting: readonly NamedCurve[];
}

export interface NamedCurve {
  readonly name: string;
  readonly points: readonly TimePoint[];
}

/** Undefined where no round has two whole seconds to join. */
export const roundShape = (entry: Entry): RoundShape | undefined => {
  const { measured } = entry;
  const each = (measure: Measure) => measured.map((round) => thinned(listRoundPoints(round, measure)));
  const rates = each({ kind: 'requestsPerSecond' });
  if (rates.every((points) => points.length < 2)) return undefined;
  const components = [
    ...new Set(measured.flatMap(({ series }) => (series?.components ?? []).map(({ name }) => name))),
  ].sort((a, b) => componentOrder(a) - componentOrder(b));
  const curves = (names: readonly string[], of: (name: string) => Measure): readonly NamedCurve[] =>
    names.map((name) => ({ name, points: meanCurve(each(of(name))) })).filter(({ points }) => points.length > 0);
  return {
    entry,
    rates,
    p99Ms: each({ kind: 'p99Ms' }),
    changes: measured.flatMap(levelChanges),
    cores: curves(components, (component) => ({ kind: 'cpuCores', component })),
    memoryMiB: curves(components, (component) => ({ kind: 'memoryMiB', component })),
    waiting: curves(['proxy', 'pooler'], (at) => ({ kind: 'waiting', at: at as 'proxy' | 'pooler' })),
  };
};

/** As many points as a small picture can show. */
const mostPoints = 40;

/** Neighbours joined to their mean where there are too many to see. */
const thinned = (points: readonly TimePoint[]): readonly TimePoint[] => {
  const size = Math.ceil(points.length / mostPoints);
  if (size <= 1) return points;
  return Array.from({ length: Math.floor(points.length / size) }, (_, index) => {
    const joined = points.slice(index * size, (index + 1) * size);
    return {
      seconds: average(joined.map(({ seconds }) => seconds)),
      value: average(joined.map(({ value }) => value)),
    };
  });
};

/** Mean over rounds, point by point: the samplers of all rounds read at the same seconds, but for milliseconds. */
export const meanCurve = (rounds: readonly (readonly TimePoint[])[]): readonly TimePoint[] => {
  const seen = rounds.filter((points) => points.length > 0);
  const length = Math.min(...seen.map((points) => points.length));
  if (seen.length === 0) return [];
  return Array.from({ length }, (_, index) => ({
    seconds: average(seen.map((points) => points[index]!.seconds)),
    value: average(seen.map((points) => points[index]!.value)),
  }));
};
