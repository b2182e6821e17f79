import { expect, test } from 'vitest';
import { minimumDetectableRatio, roundsForPrecision, roundsToDetect } from '../../src/stats/index.ts';

test.each([
  { n: 5, factor: 1.66 },
  { n: 10, factor: 1.0 },
  { n: 20, factor: 0.66 },
])('with $n rounds a difference of $factor standard deviations is found four times in five', ({ n, factor }) => {
  expect(Math.log(minimumDetectableRatio(0.01, n)) / 0.01).toBeCloseTo(factor, 1);
});

test('a single round detects nothing', () => {
  expect(minimumDetectableRatio(0.01, 1)).toBe(Number.POSITIVE_INFINITY);
});

test('the planned number of rounds is the first that is precise enough', () => {
  // t(6) = 2.447: 2.447 x 0.03 / sqrt 7 = 0.0277 <= ln 1.03 = 0.0296; t(5) = 2.571: 0.0315 with 6.
  expect(roundsForPrecision(0.03, 0.03)).toBe(7);
  expect(roundsForPrecision(0, 0.03)).toBe(2);
});

test('more scatter or a smaller difference takes more rounds', () => {
  expect(roundsToDetect(0.03, 0.03)).toBe(10);
  expect(roundsToDetect(0.06, 0.03)).toBeGreaterThan(30);
  expect(roundsToDetect(0.03, 0.01)).toBeGreaterThan(60);
  expect(roundsToDetect(0.03, 0)).toBe(1_000_000);
});
