import tCdf from '@stdlib/stats-base-dists-t-cdf';
import { average, sampleStdev } from './sample.ts';

/**
 * p value of "the mean is `expected`" against "it is not" (one-sample t test, two-sided). Undefined for
 * one value. Equal values are certain: p is 1 at `expected` and 0 elsewhere.
 */
export const tTestP = (values: readonly number[], expected = 0): number | undefined => {
  const t = tStatistic(values, expected);
  return t === undefined ? undefined : 2 * tCdf(-Math.abs(t), values.length - 1);
};

/**
 * Two one-sided tests (Schuirmann 1987): p value of "the mean lies outside ±margin". Below 0.05 the mean
 * is shown to lie inside, which is the same as the 90 % interval lying inside. A difference that was not
 * found is not evidence of none; this is.
 */
export const equivalenceP = (values: readonly number[], margin: number): number | undefined => {
  const above = tStatistic(values, -margin);
  const below = tStatistic(values, margin);
  if (above === undefined || below === undefined) return undefined;
  const df = values.length - 1;
  return Math.max(tCdf(-above, df), tCdf(below, df));
};

/**
 * Holm's step-down adjustment: the chance of even one false rejection among all of them stays below the
 * level, whatever their dependence. Reject where the adjusted p is at most the level.
 *
 * @returns Adjusted p values in the order given.
 * @example holm([0.01, 0.04, 0.03]) // [0.03, 0.06, 0.06]
 */
export const holm = (pValues: readonly number[]): readonly number[] => {
  const order = pValues.map((_, index) => index).sort((a, b) => pValues[a]! - pValues[b]!);
  const adjusted = new Array<number>(pValues.length).fill(1);
  let largest = 0;
  order.forEach((original, rank) => {
    largest = Math.max(largest, Math.min(1, (pValues.length - rank) * pValues[original]!));
    adjusted[original] = largest;
  });
  return adjusted;
};

const tStatistic = (values: readonly number[], expected: number): number | undefined => {
  if (values.length < 2) return undefined;
  const difference = average(values) - expected;
  const error = sampleStdev(values) / Math.sqrt(values.length);
  if (error === 0) return difference === 0 ? 0 : Math.sign(difference) * Number.POSITIVE_INFINITY;
  return difference / error;
};
