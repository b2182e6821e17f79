import { createRandom } from '../random.ts';
import { average, findMedian, medianAbsoluteDeviation, requireFinite } from '../sample.ts';

/** |x - median| / MAD beyond which a value is flagged: ten standard deviations of normal data (hyperfine's limit). */
const limitInMads = 14.8;
/** E|x - median| of a normal is 1.1829 times its MAD (MAD = 0.6745 sd, mean distance = 0.7979 sd). */
const meanDistanceInMads = 1.1829;

/**
 * Places of values far from the rest. They are flagged and kept: a slow round is a finding, and deleting
 * it would make every interval too narrow. Where more than half of the values are equal (MAD 0) the
 * mean distance from the median stands in; fewer than 4 values flag nothing.
 *
 * @param falseShare The share of normal samples in which anything is flagged, at most: the MAD of five values is now and then so small that
 * 14.8 of it are near.
 */
export const outlierIndexes = (values: readonly number[], falseShare = 0.02): readonly number[] => {
  requireFinite(values, 'outlierIndexes');
  if (values.length < 4) return [];
  const median = findMedian(values);
  const distances = values.map((value) => Math.abs(value - median));
  const mad = medianAbsoluteDeviation(values) || average(distances) / meanDistanceInMads;
  const far = distances.flatMap((distance, index) => (distance > limitInMads * mad ? [index] : []));
  // Few races have any, and the limit for few values is a simulation.
  if (far.length === 0) return [];
  const limit = limitForFew(values.length, falseShare);
  return far.filter((index) => distances[index]! > limit * mad);
};

/** From so many values on, 14.8 MADs are beyond anything that chance does. */
const many = 20;
const draws = 20_000;
/** For each count, the largest distance in MADs of each simulated normal sample, sorted. */
const simulated = new Map<number, Float64Array>();

const limitForFew = (count: number, falseShare: number): number => {
  if (count >= many) return 0;
  const largest = simulated.get(count) ?? simulateLargest(count);
  simulated.set(count, largest);
  return largest[Math.max(0, Math.ceil((1 - falseShare) * draws) - 1)]!;
};

const simulateLargest = (count: number): Float64Array => {
  const random = createRandom(count);
  return new Float64Array(draws)
    .map(() => {
      const values = Array.from({ length: count }, () => random.normal(0, 1));
      const median = findMedian(values);
      return Math.max(...values.map((value) => Math.abs(value - median))) / medianAbsoluteDeviation(values);
    })
    .sort();
};
