import { meanOf, medianAbsoluteDeviation, medianOf, requireFinite } from './sample.ts';

/** |x - median| / MAD beyond which a value is flagged: ten standard deviations of normal data (hyperfine's limit). */
const limitInMads = 14.8;
/** E|x - median| of a normal is 1.1829 times its MAD (MAD = 0.6745 sd, mean distance = 0.7979 sd). */
const meanDistanceInMads = 1.1829;

/**
 * Places of values far from the rest. They are flagged and kept: a slow round is a finding, and deleting
 * it would make every interval too narrow. Where more than half of the values are equal (MAD 0) the
 * mean distance from the median stands in; fewer than 4 values flag nothing.
 */
export const outlierIndexes = (values: readonly number[]): readonly number[] => {
  requireFinite(values, 'outlierIndexes');
  if (values.length < 4) return [];
  const median = medianOf(values);
  const distances = values.map((value) => Math.abs(value - median));
  const mad = medianAbsoluteDeviation(values) || meanOf(distances) / meanDistanceInMads;
  return distances.flatMap((distance, index) => (distance > limitInMads * mad ? [index] : []));
};
