import { expect, test } from 'vitest';
import {
  createRandom,
  effectiveCount,
  lagOneAutocorrelation,
  linearTrend,
  outlierIndexes,
} from '../../src/stats/index.ts';

const autocorrelated = (rho: number, n: number): number[] => {
  const random = createRandom(5);
  let value = random.normal(0, 1);
  return Array.from({ length: n }, () => {
    value = rho * value + Math.sqrt(1 - rho * rho) * random.normal(0, 1);
    return value;
  });
};

test.each([-0.4, 0, 0.3, 0.8])('an autocorrelation of %d is recovered', (rho) => {
  expect(lagOneAutocorrelation(autocorrelated(rho, 20_000))).toBeCloseTo(rho, 1.5);
});

test('autocorrelated windows are worth fewer independent ones', () => {
  expect(effectiveCount(autocorrelated(0.5, 20_000)) / 20_000).toBeCloseTo(1 / 3, 1);
  expect(effectiveCount([1, 1, 1, 1])).toBe(4);
  expect(effectiveCount([1, -1, 1, -1])).toBe(4);
});

test('a value ten standard deviations away is flagged, one of five is not', () => {
  const random = createRandom(2);
  const calm = Array.from({ length: 40 }, () => random.normal(100, 1));
  expect(outlierIndexes([...calm, 105])).toEqual([]);
  expect(outlierIndexes([...calm, 120])).toEqual([40]);
});

test('an exception among equal values is flagged, and three values flag nothing', () => {
  expect(outlierIndexes([...new Array<number>(30).fill(5), 9])).toEqual([30]);
  expect(outlierIndexes([5, 5, 5, 5])).toEqual([]);
  expect(outlierIndexes([1, 1, 9])).toEqual([]);
});

test('a drift of 1 % a block is seen in its interval, noise alone seldom', () => {
  const random = createRandom(9);
  const drifting = Array.from({ length: 10 }, (_, block) => block * 0.01 + random.normal(0, 0.01));
  const trend = linearTrend(drifting);
  if (trend.kind !== 'interval') throw new Error('expected an interval');
  expect(trend.low).toBeGreaterThan(0);
  expect(trend.low).toBeLessThan(0.01);
  expect(trend.high).toBeGreaterThan(0.01);
  let flagged = 0;
  for (let race = 0; race < 1_000; race += 1) {
    const seeded = createRandom(race);
    const flat = linearTrend(Array.from({ length: 10 }, () => seeded.normal(0, 1)));
    if (flat.kind === 'interval' && (flat.low > 0 || flat.high < 0)) flagged += 1;
  }
  expect(flagged / 1_000).toBeLessThan(0.07);
  expect(linearTrend([1, 2])).toEqual({ kind: 'unknown', n: 2 });
});
