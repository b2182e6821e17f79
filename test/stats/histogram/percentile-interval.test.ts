import fc from 'fast-check';
import { expect, test } from 'vitest';
import { percentileInterval, percentileIntervalFromCounts, percentileIsSupported } from '../../../src/stats/index.ts';

const oneTo = (n: number): number[] => Array.from({ length: n }, (_, index) => index + 1);

test.each([
  // Published ranks for the median at 95 % (Conover, Practical Nonparametric Statistics, table of sign-test limits).
  { n: 6, low: 1, high: 6 },
  { n: 10, low: 2, high: 9 },
  { n: 20, low: 6, high: 15 },
  { n: 50, low: 18, high: 33 },
])('the median of $n values lies between ranks $low and $high', ({ n, low, high }) => {
  expect(percentileInterval(oneTo(n), 0.5)).toMatchObject({ kind: 'interval', low, high });
});

test('five values do not enclose their median at 95 %, but do at 93.75 %', () => {
  expect(percentileInterval(oneTo(5), 0.5)).toEqual({ kind: 'point', value: 3, n: 5 });
  expect(percentileInterval(oneTo(5), 0.5, 0.9375)).toMatchObject({
    kind: 'interval',
    low: 1,
    high: 5,
    coverage: 0.9375,
  });
});

test('300 values enclose their 99th percentile only by giving the whole error to one side', () => {
  // 0.99^300 = 4.9 % of samples have no value above it.
  expect(percentileInterval(oneTo(300), 0.99)).toMatchObject({ kind: 'interval', high: 300 });
  expect(percentileInterval(oneTo(290), 0.99)).toMatchObject({ kind: 'point' });
});

test('a million values give the ranks of the normal approximation', () => {
  const counts = oneTo(1_000_000).map((value) => ({ value, count: 1 }));
  const estimate = percentileIntervalFromCounts(counts, 0.99);
  // 1.96 sqrt(1e6 x .99 x .01) = 195 ranks either side of 990,000.
  expect(estimate).toMatchObject({ kind: 'interval', value: 990_000 });
  if (estimate.kind === 'interval') {
    expect(Math.abs(estimate.low - 989_805)).toBeLessThanOrEqual(2);
    expect(Math.abs(estimate.high - 990_196)).toBeLessThanOrEqual(2);
  }
});

test('a histogram gives what its values give', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1, maxLength: 200 }),
      fc.constantFrom(0.5, 0.9, 0.99),
      (values, quantile) => {
        const counts = oneTo(20).map((value) => ({ value, count: values.filter((other) => other === value).length }));
        expect(percentileIntervalFromCounts(counts, quantile)).toEqual(percentileInterval(values, quantile));
      },
    ),
  );
});

test('p99 is supported by 10,000 values, p99.9 by 100,000', () => {
  expect(percentileIsSupported(0.99, 9_999)).toBe(false);
  expect(percentileIsSupported(0.99, 10_000)).toBe(true);
  expect(percentileIsSupported(0.999, 100_000)).toBe(true);
});

test('no values and impossible percentiles are refused', () => {
  expect(() => percentileInterval([], 0.5)).toThrow(expect.objectContaining({ code: 'stats.invalid' }));
  expect(() => percentileInterval([1], 1)).toThrow(expect.objectContaining({ code: 'stats.invalid' }));
});
