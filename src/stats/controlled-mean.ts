import tQuantile from '@stdlib/stats-base-dists-t-quantile';
import { PitwallError } from '../base/index.ts';
import type { Estimate } from './interval.ts';
import { requireFinite } from './sample.ts';

/**
 * The mean of independent values of which each comes with controls: numbers that moved it by chance and whose true mean is known to
 * be 0 (what a simulation drew less what it should have drawn). What goes with the controls is taken off: the mean is the intercept
 * of the least squares of the values on the controls, and its interval that of t with n - controls - 1 degrees of freedom (control
 * variates: Lavenberg & Welch, Management Science 27 (1981) 322-335). Controls that never moved, or say what others say, count as none.
 *
 * @param controls For each control its number at each of the values.
 * @throws PitwallError `stats.invalid` without two values more than controls, or when a number is not finite.
 * @example controlledMean([11, 9, 12, 8], [[1, -1, 2, -2]]) // mean 10, all of the variance explained
 */
export const controlledMean = (
  values: readonly number[],
  controls: readonly (readonly number[])[],
  level = 0.95,
): Estimate & { readonly kind: 'interval' } => {
  requireFinite(values, 'controlledMean');
  for (const control of controls) requireFinite(control, 'controlledMean');
  const n = values.length;
  // Gram and Schmidt, the constant last: what is left of it stands at right angles to all controls, and so does not see them.
  const directions: (readonly number[])[] = [];
  const countLeft = (column: readonly number[]): readonly number[] =>
    directions.reduce((rest, direction) => minus(rest, direction, dot(rest, direction)), column);
  for (const control of controls) {
    const rest = countLeft(control);
    const length = Math.sqrt(dot(rest, rest));
    if (length > alike * Math.sqrt(dot(control, control))) directions.push(rest.map((value) => value / length));
  }
  const freedom = n - directions.length - 1;
  if (freedom < 1) {
    throw new PitwallError('stats.invalid', `A mean with ${directions.length} controls needs more than ${n} values.`);
  }
  const constant = countLeft(values.map(() => 1));
  const weight = dot(constant, constant);
  const mean = dot(values, constant) / weight;
  const residual = minus(countLeft(values), constant, mean);
  const half = tQuantile((1 + level) / 2, freedom) * Math.sqrt(dot(residual, residual) / freedom / weight);
  return { kind: 'interval', mean, low: mean - half, high: mean + half, n, level };
};

/** A control of which the others leave less than this is rounding. */
const alike = 1e-9;

const dot = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((sum, value, index) => sum + value * b[index]!, 0);
const minus = (a: readonly number[], b: readonly number[], times: number): readonly number[] =>
  a.map((value, index) => value - times * b[index]!);
