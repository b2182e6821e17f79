import tQuantile from '@stdlib/stats-base-dists-t-quantile';
import { halfWidth } from './interval.ts';

/** A pilot smaller than this says too little about the scatter to plan from. */
export const pilotRounds = 5;
/** The cap on rounds: beyond it the machine drifts more than another round tells. */
export const maxRounds = 30;
/** Planning for a power of 80 %: a difference of the planned size is found four times in five. */
const power = 0.8;

/**
 * The smallest ratio (above 1) that `n` paired rounds with this scatter would find in four of five
 * races: exp((t.975 + t.80) s_d / sqrt n). A verdict without it hides how blind the race was.
 *
 * @returns Infinity for a single round.
 * @example minimumDetectableRatio(0.03, 10) // 1.031: 3 % of scatter, 10 rounds
 */
export const minimumDetectableRatio = (logStdev: number, n: number, level = 0.95): number =>
  n < 2 ? Number.POSITIVE_INFINITY : Math.exp((detectionFactor(n, level) * logStdev) / Math.sqrt(n));

/** Rounds until a ratio is known to ± `precision` (0.03 for 3 %), from the scatter seen so far; not capped. */
export const roundsForPrecision = (logStdev: number, precision: number, level = 0.95): number =>
  smallestCount((n) => halfWidth(logStdev, n, level) <= Math.log(1 + precision));

/** Rounds until a difference of `logDifference` would be found in four of five races; not capped. */
export const roundsToDetect = (logStdev: number, logDifference: number, level = 0.95): number =>
  smallestCount((n) => (detectionFactor(n, level) * logStdev) / Math.sqrt(n) <= logDifference);

const detectionFactor = (n: number, level: number): number =>
  tQuantile((1 + level) / 2, n - 1) + tQuantile(power, n - 1);

/** Nobody waits for more rounds than this; "more than a million" needs no digits. */
const countLimit = 1_000_000;

/** The smallest n >= 2 for which `suffices` holds, given that it holds for every larger one. */
const smallestCount = (suffices: (n: number) => boolean): number => {
  let enough = 2;
  while (!suffices(enough)) {
    if (enough >= countLimit) return countLimit;
    enough *= 2;
  }
  let tooFew = enough === 2 ? 1 : enough / 2;
  while (enough - tooFew > 1) {
    const middle = (tooFew + enough) >> 1;
    if (suffices(middle)) enough = middle;
    else tooFew = middle;
  }
  return enough;
};
