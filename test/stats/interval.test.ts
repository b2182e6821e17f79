import { expect, test } from 'vitest';
import { createRandom, geometricMeanInterval, meanInterval, ratioInterval } from '../../src/stats/index.ts';

/** Two-sided 95 % and 99 % points of Student's t, from the published table (NIST/SEMATECH e-Handbook, 1.3.6.7.2). */
const table = [
  { df: 1, t95: 12.706, t99: 63.657 },
  { df: 2, t95: 4.303, t99: 9.925 },
  { df: 4, t95: 2.776, t99: 4.604 },
  { df: 9, t95: 2.262, t99: 3.25 },
  { df: 19, t95: 2.093, t99: 2.861 },
  { df: 29, t95: 2.045, t99: 2.756 },
];

/** n values of mean 10 whose standard deviation is exactly sqrt n, so that the half width is t itself. */
const valuesWithUnitError = (n: number): number[] => {
  const raw = Array.from({ length: n }, (_, index) => index - (n - 1) / 2);
  const stdev = Math.sqrt(raw.reduce((sum, value) => sum + value * value, 0) / (n - 1));
  return raw.map((value) => 10 + (value / stdev) * Math.sqrt(n));
};

test.each(table)('the interval of $df + 1 values is as wide as the table of t says', ({ df, t95, t99 }) => {
  for (const [level, t] of [
    [0.95, t95],
    [0.99, t99],
  ] as const) {
    const estimate = meanInterval(valuesWithUnitError(df + 1), level);
    expect(estimate).toMatchObject({ kind: 'interval', n: df + 1, level });
    if (estimate.kind === 'interval') {
      expect(estimate.mean).toBeCloseTo(10, 9);
      expect(estimate.high - estimate.mean).toBeCloseTo(t, 3);
      expect(estimate.mean - estimate.low).toBeCloseTo(t, 3);
    }
  }
});

test('one round is a point without bounds', () => {
  expect(meanInterval([7])).toEqual({ kind: 'point', mean: 7, n: 1 });
  expect(ratioInterval([6], [3])).toEqual({ kind: 'point', ratio: 2, n: 1 });
});

test('equal rounds give an interval of no width', () => {
  expect(meanInterval([3, 3, 3])).toMatchObject({ mean: 3, low: 3, high: 3 });
});

test.each([3, 5])('a round of %d that moves by 2 % moves no limit by more than 20 %', (n) => {
  for (let race = 0; race < 2_000; race += 1) {
    const random = createRandom(race);
    const rounds = Array.from({ length: n }, () => 100 * Math.exp(random.normal(0, 0.08)));
    const [before, after] = [rounds, [rounds[0]! * 1.02, ...rounds.slice(1)]].map((values) =>
      geometricMeanInterval(values),
    );
    if (before!.kind !== 'interval' || after!.kind !== 'interval') throw new Error('expected intervals');
    expect(Math.abs(Math.log(after!.low / before!.low))).toBeLessThan(Math.log(1.2));
    expect(Math.abs(Math.log(after!.high / before!.high))).toBeLessThan(Math.log(1.2));
  }
});

test('ratios are averaged as logs: a doubling and a halving cancel', () => {
  expect(ratioInterval([2, 1], [1, 2])).toMatchObject({ kind: 'interval', ratio: 1 });
});

test('the ratio of B to A is the inverse of the ratio of A to B, bounds included', () => {
  const a = [101, 97, 105, 99];
  const b = [88, 92, 90, 85];
  const ab = ratioInterval(a, b);
  const ba = ratioInterval(b, a);
  if (ab.kind !== 'interval' || ba.kind !== 'interval') throw new Error('expected intervals');
  expect(ba.ratio).toBeCloseTo(1 / ab.ratio, 12);
  expect(ba.low).toBeCloseTo(1 / ab.high, 12);
  expect(ba.high).toBeCloseTo(1 / ab.low, 12);
});

test('what both rounds of a block share cancels', () => {
  const noise = [1, 3, 0.2, 9];
  const a = noise.map((shared) => shared * 110);
  const b = noise.map((shared) => shared * 100);
  const ratio = ratioInterval(a, b);
  expect(ratio).toMatchObject({ kind: 'interval' });
  if (ratio.kind === 'interval') {
    expect(ratio.low).toBeCloseTo(1.1, 9);
    expect(ratio.high).toBeCloseTo(1.1, 9);
  }
});

test.each([
  { name: 'no values', run: () => meanInterval([]) },
  { name: 'a NaN', run: () => meanInterval([1, Number.NaN]) },
  { name: 'pairs of different length', run: () => ratioInterval([1, 2], [1]) },
  { name: 'a rate of zero in a ratio', run: () => ratioInterval([1, 0], [1, 1]) },
])('$name is refused, not averaged', ({ run }) => {
  expect(run).toThrow(expect.objectContaining({ code: 'stats.invalid' }));
});
