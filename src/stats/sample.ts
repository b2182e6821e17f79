import { PitwallError } from '../base/index.ts';

/** Arithmetic mean. */
export const average = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

/** Standard deviation with n - 1 in the denominator; 0 for equal values. */
export const sampleStdev = (values: readonly number[]): number => {
  const mean = average(values);
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return Math.sqrt(squares / (values.length - 1));
};

/** Adjusted Fisher-Pearson skewness (2 for an exponential tail upwards); 0 for equal or fewer than 3 values. */
export const sampleSkewness = (values: readonly number[]): number => {
  const n = values.length;
  const stdev = sampleStdev(values);
  if (n < 3 || stdev === 0) return 0;
  const mean = average(values);
  const cubes = values.reduce((sum, value) => sum + ((value - mean) / stdev) ** 3, 0);
  return (n * cubes) / ((n - 1) * (n - 2));
};

/** The middle value; of an even count the mean of the two in the middle. */
export const findMedian = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
};

/** Median distance from the median; times 1.4826 it estimates the standard deviation of normal data. */
export const medianAbsoluteDeviation = (values: readonly number[]): number => {
  const median = findMedian(values);
  return findMedian(values.map((value) => Math.abs(value - median)));
};

/** A NaN that slips into a mean makes every later number NaN; it stops here, with its place. */
export const requireFinite = (values: readonly number[], where: string): void => {
  if (values.length === 0) throw new PitwallError('stats.invalid', `${where}: expected at least one value, got none`);
  const bad = values.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0)
    throw new PitwallError('stats.invalid', `${where}: value ${bad} is ${values[bad]}, expected a finite number`);
};

/** Logs are of positive values. */
export const requirePositive = (values: readonly number[], where: string): void => {
  requireFinite(values, where);
  const bad = values.findIndex((value) => value <= 0);
  if (bad >= 0)
    throw new PitwallError('stats.invalid', `${where}: value ${bad} is ${values[bad]}, expected a positive one`);
};

/** Pairs for a ratio: as many of one as of the other, all positive. */
export const requirePairs = (pairedA: readonly number[], pairedB: readonly number[]): void => {
  requireFinite(pairedA, 'first of the pairs');
  requireFinite(pairedB, 'second of the pairs');
  if (pairedA.length !== pairedB.length) {
    throw new PitwallError('stats.invalid', `expected pairs, got ${pairedA.length} values and ${pairedB.length}`);
  }
  for (const values of [pairedA, pairedB]) {
    const bad = values.findIndex((value) => value <= 0);
    if (bad >= 0)
      throw new PitwallError('stats.invalid', `pair ${bad}: a ratio needs positive values, got ${values[bad]}`);
  }
};
