import type { ComparisonResult, RaceResult } from '../../result/index.ts';
import type { Entry } from './entries.ts';

/** Two candidates on requests per second: the verdict of the race, and the ratio of each block that it rests on. */
export interface RatePair {
  /** The one with the higher mean rate. */
  readonly a: Entry;
  readonly b: Entry;
  readonly comparison: ComparisonResult;
  readonly blocks: readonly { readonly block: number; readonly ratio: number }[];
}

/** The pairs that the race compared on requests per second. */
export const ratePairs = (race: RaceResult, entries: readonly Entry[]): readonly RatePair[] => {
  const named = new Map(entries.map((entry) => [entry.candidate.name, entry]));
  return race.comparisons.flatMap((comparison): readonly RatePair[] => {
    const [a, b] = [named.get(comparison.a), named.get(comparison.b)];
    if (comparison.metric !== 'requestsPerSecond' || a === undefined || b === undefined) return [];
    return [{ a, b, comparison, blocks: blockRatios(a, b) }];
  });
};

const blockRatios = (a: Entry, b: Entry): RatePair['blocks'] => {
  const ofB = new Map(b.measured.map(({ block, requestsPerSecond }) => [block, requestsPerSecond]));
  return a.measured.flatMap(({ block, requestsPerSecond: rateA }) => {
    const rateB = ofB.get(block);
    return rateA && rateB ? [{ block, ratio: rateA / rateB }] : [];
  });
};
