import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createRandom, fitLine } from '../../../src/stats/index.ts';

test('points on a line give that line, and no doubt', () => {
  fc.assert(
    fc.property(fc.integer({ min: -50, max: 50 }), fc.integer({ min: -50, max: 50 }), (slope, intercept) => {
      const fit = fitLine([0, 2, 5, 10].map((x) => ({ x, y: intercept + slope * x })));
      expect(fit.slope).toBeCloseTo(slope, 9);
      expect(fit.intercept).toBeCloseTo(intercept, 9);
      expect(fit.slopeHigh - fit.slopeLow).toBeCloseTo(0, 6);
    }),
  );
});

test('the interval of the slope covers the truth about as often as it says', () => {
  const random = createRandom(7);
  let covered = 0;
  for (let trial = 0; trial < 1_000; trial += 1) {
    const fit = fitLine([0, 2, 5, 10, 0, 2, 5, 10].map((x) => ({ x, y: 3 + 20 * x + random.normal(0, 4) })));
    if (fit.slopeLow <= 20 && 20 <= fit.slopeHigh) covered += 1;
  }
  expect(covered).toBeGreaterThan(930);
  expect(covered).toBeLessThan(970);
});

// Anscombe's first data set: slope 0.5001, intercept 3.0001, standard error of the slope 0.1179.
test('a published example comes out as published', () => {
  const x = [10, 8, 13, 9, 11, 14, 6, 4, 12, 7, 5];
  const y = [8.04, 6.95, 7.58, 8.81, 8.33, 9.96, 7.24, 4.26, 10.84, 4.82, 5.68];
  const fit = fitLine(x.map((value, index) => ({ x: value, y: y[index]! })));
  expect(fit.slope).toBeCloseTo(0.5001, 4);
  expect(fit.intercept).toBeCloseTo(3.0001, 4);
  expect((fit.slopeHigh - fit.slope) / 2.262_157).toBeCloseTo(0.1179, 4);
});

test('one x gives no line', () => {
  expect(() => fitLine([1, 2, 3].map((y) => ({ x: 4, y })))).toThrow(/unlike x/);
});
