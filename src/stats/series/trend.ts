import tQuantile from '@stdlib/stats-base-dists-t-quantile';
import { average, requireFinite } from '../sample.ts';

/** Change for each step (a block, a second), by least squares; its interval excludes 0 when things drift. */
export type Trend =
  | {
      readonly kind: 'interval';
      readonly slope: number;
      readonly low: number;
      readonly high: number;
      readonly n: number;
    }
  /** Two values make a line through both, and say nothing about its error. */
  | { readonly kind: 'unknown'; readonly n: number };

/** Slope over equally spaced values with its t(n-2) interval. On logs it is a rate: 0.01 is 1 % a step. */
export const linearTrend = (values: readonly number[], level = 0.95): Trend => {
  requireFinite(values, 'linearTrend');
  const n = values.length;
  if (n < 3) return { kind: 'unknown', n };
  const middle = (n - 1) / 2;
  const mean = average(values);
  const spread = values.reduce((sum, _, index) => sum + (index - middle) ** 2, 0);
  const slope = values.reduce((sum, value, index) => sum + (index - middle) * (value - mean), 0) / spread;
  const residual = values.reduce((sum, value, index) => sum + (value - mean - slope * (index - middle)) ** 2, 0);
  const half = tQuantile((1 + level) / 2, n - 2) * Math.sqrt(residual / (n - 2) / spread);
  return { kind: 'interval', slope, low: slope - half, high: slope + half, n };
};
