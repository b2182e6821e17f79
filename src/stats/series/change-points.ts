import { average, findMedian, requireFinite } from '../sample.ts';
import { lagOneAutocorrelation } from './autocorrelation.ts';

/** A stretch of windows with one level, between two changes. */
export interface Segment {
  /** First window. */
  readonly start: number;
  /** One past the last window. */
  readonly end: number;
  readonly mean: number;
}

/** A level that holds for fewer windows is a spike, not a level. */
const shortestSegment = 4;
/** Values further than this many standard deviations from their neighbours' median are pulled in: a spike is not a change. */
const clipAt = 2.5;
/**
 * Price of a change in units of the noise's variance, as a multiple of ln n. Simulated with flat series of 15
 * to 300 windows: independent noise shows a change in at most 3 % (normal, skewed, with spikes); noise with an
 * autocorrelation of 0.3 in at most 10 %, of 0.5 in 15 % at 30 windows and 3 % at 120. A step of 3 standard
 * deviations in the middle of 30 windows is found in 99 %, one of 2 in 90 %.
 */
const priceFactor = 4;

/**
 * Splits a series of windows (requests in each second, say) into levels: the split with the least sum of
 * squares plus a price for each change, found exactly (optimal partitioning, Jackson et
 * al. 2005). Noise is estimated from neighbours, so that a step does not hide itself; the price grows
 * with the noise's autocorrelation, because a slow wander looks like steps.
 *
 * @returns At least one segment; one means that no change was found. Fewer than 8 windows are one segment.
 */
export const splitSegments = (windows: readonly number[]): readonly Segment[] => {
  requireFinite(windows, 'segmentsOf');
  const n = windows.length;
  const clipped = clipSpikes(windows);
  const variance = neighbourVariance(clipped);
  if (n < 2 * shortestSegment) return [segment(windows, 0, n)];
  if (variance === 0 && clipped.every((value) => value === clipped[0])) return [segment(windows, 0, n)];
  const flat = partition(clipped, price(n, 0) * variance);
  // Autocorrelation of what is left around the levels; around one common mean every step looks autocorrelated.
  const left = flat.flatMap(({ start, end, mean }) => clipped.slice(start, end).map((value) => value - mean));
  const rho = Math.max(0, lagOneAutocorrelation(left) + 1 / n);
  const result = rho > 0 ? partition(clipped, price(n, rho) * (variance / (1 - Math.min(rho, maxRho)))) : flat;
  return result.map(({ start, end }) => segment(windows, start, end));
};

/** Windows at which the level changed: the starts of all segments but the first. */
export const changePoints = (windows: readonly number[]): readonly number[] =>
  splitSegments(windows)
    .slice(1)
    .map(({ start }) => start);

/** A window from which on the level is another. */
export interface LevelStep {
  readonly start: number;
  readonly before: number;
  readonly after: number;
}

/** A change of level below what counts as the same is none. */
const smallestStep = 0.02;

/** The changes of level that matter: by more than 2 %. Fewer than 8 windows show none. */
export const levelSteps = (windows: readonly number[]): readonly LevelStep[] => {
  const segments = splitSegments(windows);
  return segments.slice(1).flatMap(({ start, mean }, index) => {
    const before = segments[index]!.mean;
    return Math.abs(mean / before - 1) > smallestStep ? [{ start, before, after: mean }] : [];
  });
};

/** Beyond this a series is a wander without levels, and n windows are worth only n / 9 independent ones. */
const maxRho = 0.8;

const price = (n: number, rho: number): number => {
  const kept = Math.min(rho, maxRho);
  return (priceFactor * Math.log(n) * (1 + kept)) / (1 - kept);
};

/** Optimal partitioning: the cheapest split of the first t windows, for every t; n^2 / 2 steps. */
const partition = (values: readonly number[], priceOfChange: number): readonly Segment[] => {
  const n = values.length;
  const sums = new Float64Array(n + 1);
  const squares = new Float64Array(n + 1);
  const origin = average(values);
  values.forEach((value, index) => {
    sums[index + 1] = sums[index]! + (value - origin);
    squares[index + 1] = squares[index]! + (value - origin) ** 2;
  });
  const cost = (start: number, end: number): number => {
    const sum = sums[end]! - sums[start]!;
    return squares[end]! - squares[start]! - (sum * sum) / (end - start);
  };
  const cheapest = new Float64Array(n + 1).fill(Number.POSITIVE_INFINITY);
  const lastStart = new Int32Array(n + 1);
  cheapest[0] = -priceOfChange;
  for (let end = shortestSegment; end <= n; end += 1) {
    for (let start = 0; start <= end - shortestSegment; start += 1) {
      const total = cheapest[start]! + cost(start, end) + priceOfChange;
      if (total < cheapest[end]!) {
        cheapest[end] = total;
        lastStart[end] = start;
      }
    }
  }
  const segments: Segment[] = [];
  for (let end = n; end > 0; end = lastStart[end]!) segments.unshift(segment(values, lastStart[end]!, end));
  return segments;
};

const segment = (values: readonly number[], start: number, end: number): Segment => ({
  start,
  end,
  mean: average(values.slice(start, end)),
});

/** Each value pulled towards the median of itself and two neighbours a side, where it is a spike. */
const clipSpikes = (values: readonly number[]): readonly number[] => {
  if (values.length < 5) return values;
  const steps = values.slice(1).map((value, index) => Math.abs(value - values[index]!));
  const reach = clipAt * 1.4826 * (findMedian(steps) / Math.SQRT2);
  return values.map((value, index) => {
    const from = Math.min(Math.max(0, index - 2), values.length - 5);
    const around = findMedian(values.slice(from, from + 5));
    return Math.min(around + reach, Math.max(around - reach, value));
  });
};

/** Half the mean square of the steps between neighbours: the variance of independent noise, steps aside. */
const neighbourVariance = (values: readonly number[]): number => {
  let total = 0;
  for (let index = 1; index < values.length; index += 1) total += (values[index]! - values[index - 1]!) ** 2;
  return total / 2 / Math.max(1, values.length - 1);
};
