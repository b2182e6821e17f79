import tQuantile from '@stdlib/stats-base-dists-t-quantile';
import { PitwallError } from '../../base/index.ts';

/** A straight line through points, y = intercept + slope x. */
export interface LinearFit {
  readonly slope: number;
  readonly intercept: number;
  /** Bounds of the slope: t interval with n - 2 degrees of freedom. */
  readonly slopeLow: number;
  readonly slopeHigh: number;
}

/**
 * Ordinary least squares. The standard error of the slope is s / sqrt(sum (x - mean x)^2) with
 * s^2 = sum of squared residuals / (n - 2) (any textbook of statistics).
 *
 * @throws PitwallError `stats.invalid` below three points, or when all x are the same.
 */
export const fitLine = (points: readonly { readonly x: number; readonly y: number }[], level = 0.95): LinearFit => {
  const n = points.length;
  const meanX = points.reduce((sum, { x }) => sum + x, 0) / n;
  const meanY = points.reduce((sum, { y }) => sum + y, 0) / n;
  const spreadX = points.reduce((sum, { x }) => sum + (x - meanX) ** 2, 0);
  if (n < 3 || !(spreadX > 0))
    throw new PitwallError('stats.invalid', `A line needs three points with unlike x, got ${n}.`);
  const slope = points.reduce((sum, { x, y }) => sum + (x - meanX) * (y - meanY), 0) / spreadX;
  const intercept = meanY - slope * meanX;
  const residual = points.reduce((sum, { x, y }) => sum + (y - intercept - slope * x) ** 2, 0);
  const half = tQuantile((1 + level) / 2, n - 2) * Math.sqrt(residual / (n - 2) / spreadX);
  return { slope, intercept, slopeLow: slope - half, slopeHigh: slope + half };
};
