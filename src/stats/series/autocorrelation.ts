import { average, requireFinite } from '../sample.ts';

/**
 * Correlation of each value with the next one (lag 1), in [-1, 1]; 0 for constant or fewer than 3 values.
 * The usual estimator, which leans towards 0 by about (1 + 4 rho) / n.
 */
export const lagOneAutocorrelation = (values: readonly number[]): number => {
  requireFinite(values, 'lagOneAutocorrelation');
  const mean = average(values);
  let products = 0;
  let squares = 0;
  values.forEach((value, index) => {
    squares += (value - mean) ** 2;
    if (index > 0) products += (value - mean) * (values[index - 1]! - mean);
  });
  return values.length < 3 || squares === 0 ? 0 : products / squares;
};

/**
 * How many independent values these autocorrelated ones are worth: n (1 - rho) / (1 + rho), at least 1 and
 * at most n. One-second windows of a round are a diagnostic; rounds are what gives degrees of freedom.
 */
export const effectiveCount = (values: readonly number[]): number => {
  const rho = lagOneAutocorrelation(values);
  const count = (values.length * (1 - rho)) / (1 + rho);
  return Math.min(values.length, Math.max(1, count));
};
