import tCdf from '@stdlib/stats-base-dists-t-cdf';
import tQuantile from '@stdlib/stats-base-dists-t-quantile';
import { average, requireFinite, sampleStdev } from './sample.ts';

/** A ratio A/B of values that have no partners (rounds of two races); above 1 means A is larger. */
export type UnpairedRatio =
  | {
      readonly kind: 'interval';
      readonly ratio: number;
      readonly low: number;
      readonly high: number;
      /** Two-sided p of "the ratio is 1". */
      readonly p: number;
      /** The standard error of the log of the ratio. */
      readonly standardError: number;
      readonly degreesOfFreedom: number;
    }
  /** One value on a side shows no variability. */
  | { readonly kind: 'point'; readonly ratio: number };

/**
 * The ratio of the geometric means of two independent groups, with Welch's t interval on the logs (unequal scatter and
 * unequal counts are fine). What both sides of a pair share does not cancel here: race both in one race where you can.
 *
 * @throws PitwallError `stats.invalid` without values, or when one is not finite or not positive.
 */
export const unpairedRatio = (valuesA: readonly number[], valuesB: readonly number[], level = 0.95): UnpairedRatio => {
  const logsA = valuesA.map(Math.log);
  const logsB = valuesB.map(Math.log);
  requireFinite(logsA, 'logs of the first group');
  requireFinite(logsB, 'logs of the second group');
  const difference = average(logsA) - average(logsB);
  const ratio = Math.exp(difference);
  if (logsA.length < 2 || logsB.length < 2) return { kind: 'point', ratio };
  const [partA, partB] = [sampleStdev(logsA) ** 2 / logsA.length, sampleStdev(logsB) ** 2 / logsB.length];
  const standardError = Math.sqrt(partA + partB);
  if (standardError === 0) {
    const degreesOfFreedom = logsA.length + logsB.length - 2;
    return {
      kind: 'interval',
      ratio,
      low: ratio,
      high: ratio,
      p: ratio === 1 ? 1 : 0,
      standardError,
      degreesOfFreedom,
    };
  }
  // Welch-Satterthwaite.
  const degreesOfFreedom = (partA + partB) ** 2 / (partA ** 2 / (logsA.length - 1) + partB ** 2 / (logsB.length - 1));
  const half = tQuantile((1 + level) / 2, degreesOfFreedom) * standardError;
  return {
    kind: 'interval',
    ratio,
    low: ratio * Math.exp(-half),
    high: ratio * Math.exp(half),
    p: 2 * tCdf(-Math.abs(difference) / standardError, degreesOfFreedom),
    standardError,
    degreesOfFreedom,
  };
};
