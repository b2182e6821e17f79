import { PitwallError } from '../../base/index.ts';

/**
 * A percentile and how far it could be off, from order statistics: no distribution is assumed, only that
 * the values are independent. Requests of one round are not quite (they share queues), so within a round
 * this is a lower bound of the uncertainty; across rounds use `meanInterval` on each round's percentile.
 */
export type PercentileEstimate =
  | {
      readonly kind: 'interval';
      readonly value: number;
      readonly low: number;
      readonly high: number;
      readonly n: number;
      /** The confidence that the ranks really give, at least the one asked for. */
      readonly coverage: number;
    }
  /** Too few values for any pair of them to enclose the percentile with that confidence. */
  | { readonly kind: 'point'; readonly value: number; readonly n: number };

/** How often a value occurred: a histogram's bucket, in ascending order of value. */
export interface ValueCount {
  readonly value: number;
  readonly count: number;
}

/**
 * A percentile is shown only where at least this many values lie beyond it: n (1 - p) >= 100.
 *
 * @example percentileIsSupported(0.99, 9_999) // false
 */
export const percentileIsSupported = (quantile: number, n: number): boolean => n * (1 - quantile) >= 100 - 1e-6;

/** @throws PitwallError `stats.invalid` without values or with a quantile outside (0, 1). */
export const percentileInterval = (values: readonly number[], quantile: number, level = 0.95): PercentileEstimate => {
  const sorted = [...values].sort((a, b) => a - b);
  return fromRanks((rank) => sorted[rank - 1]!, sorted.length, quantile, level);
};

/** The same from a histogram's counts. */
export const percentileIntervalFromCounts = (
  counts: readonly ValueCount[],
  quantile: number,
  level = 0.95,
): PercentileEstimate => {
  const n = counts.reduce((sum, { count }) => sum + count, 0);
  const valueAtRank = (rank: number): number => {
    let seen = 0;
    for (const { value, count } of counts) {
      seen += count;
      if (seen >= rank) return value;
    }
    return counts.at(-1)!.value;
  };
  return fromRanks(valueAtRank, n, quantile, level);
};

const fromRanks = (
  valueAtRank: (rank: number) => number,
  n: number,
  quantile: number,
  level: number,
): PercentileEstimate => {
  if (n === 0 || !(quantile > 0 && quantile < 1)) {
    throw new PitwallError('stats.invalid', `percentile ${quantile} of ${n} values: expected values and 0 < p < 1`);
  }
  const value = valueAtRank(Math.max(1, Math.ceil(quantile * n - 1e-9)));
  const ranks = enclosingRanks(n, quantile, level);
  if (ranks === undefined) return { kind: 'point', value, n };
  return {
    kind: 'interval',
    value,
    low: valueAtRank(ranks.low),
    high: valueAtRank(ranks.high),
    n,
    coverage: ranks.coverage,
  };
};

/**
 * Ranks l < u (1-based) with P(l <= B < u) >= level, B ~ Binomial(n, quantile) being how many values lie
 * below the true percentile. Nothing encloses it when B is 0 or n, so those chances are spent first; the
 * rest of the error is shared equally between the sides as far as it can be.
 */
const enclosingRanks = (
  n: number,
  quantile: number,
  level: number,
): { readonly low: number; readonly high: number; readonly coverage: number } | undefined => {
  const { first, probabilities } = binomialAround(n, quantile);
  const findProbability = (count: number): number => probabilities[count - first] ?? 0;
  const error = 1 - level + 1e-12;
  const none = findProbability(0);
  const all = findProbability(n);
  if (none + all > error) return undefined;
  const errorBelow = all > error / 2 ? error - all : Math.max(error / 2, none);
  let low = first;
  let below = 0;
  while (below + findProbability(low) <= errorBelow) {
    below += findProbability(low);
    low += 1;
  }
  let high = first + probabilities.length - 1;
  let above = 0;
  while (above + findProbability(high) <= error - errorBelow) {
    above += findProbability(high);
    high -= 1;
  }
  return { low, high: high + 1, coverage: 1 - below - above };
};

/**
 * Binomial probabilities from the mode outwards until they no longer count, normalised by their own sum:
 * no factorials, so n may be millions.
 */
const binomialAround = (n: number, p: number): { readonly first: number; readonly probabilities: Float64Array } => {
  const mode = Math.min(n, Math.floor((n + 1) * p));
  const odds = p / (1 - p);
  const negligible = 1e-18;
  const downwards: number[] = [];
  for (let k = mode, weight = 1; k > 0; k -= 1) {
    weight *= k / ((n - k + 1) * odds);
    if (weight < negligible) break;
    downwards.push(weight);
  }
  const upwards: number[] = [];
  for (let k = mode, weight = 1; k < n; k += 1) {
    weight *= ((n - k) * odds) / (k + 1);
    if (weight < negligible) break;
    upwards.push(weight);
  }
  const weights = Float64Array.from([...downwards.reverse(), 1, ...upwards]);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return { first: mode - downwards.length, probabilities: weights.map((weight) => weight / total) };
};
