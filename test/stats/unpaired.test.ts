import { describe, expect, test } from 'vitest';
import { createRandom, unpairedRatio } from '../../src/stats/index.ts';

describe('the ratio of unpaired values', () => {
  test('is Welch’s t test on the logs', () => {
    // Welch by hand on logs 1, 2, 3 (variance 1, n 3) and 2, 4, 6, 8 (variance 20/3, n 4):
    // difference -3, standard error sqrt(1/3 + 5/3) = sqrt 2, df = 4 / ((1/9)/2 + (25/9)/3) = 4.0755.
    const ratio = unpairedRatio([1, 2, 3].map(Math.exp), [2, 4, 6, 8].map(Math.exp));
    if (ratio.kind !== 'interval') throw new Error('expected an interval');
    expect(Math.log(ratio.ratio)).toBeCloseTo(-3, 10);
    expect(ratio.standardError).toBeCloseTo(Math.SQRT2, 10);
    expect(ratio.degreesOfFreedom).toBeCloseTo(4.0755, 3);
    // t = -2.1213; p between those of df 4 (0.1012) and df 5 (0.0873).
    expect(ratio.p).toBeGreaterThan(0.0873);
    expect(ratio.p).toBeLessThan(0.1012);
    expect(ratio.low).toBeLessThan(Math.exp(-3));
    expect(ratio.high).toBeGreaterThan(1);
  });

  test('has no interval where a side has one value', () => {
    expect(unpairedRatio([2], [1, 1.1])).toMatchObject({ kind: 'point' });
  });

  test('covers the truth in 95 % of races with unequal scatter and counts', () => {
    const random = createRandom(3);
    const races = 2_000;
    let covered = 0;
    for (let race = 0; race < races; race += 1) {
      const a = Array.from({ length: 5 }, () => 110 * Math.exp(random.normal(0, 0.05)));
      const b = Array.from({ length: 10 }, () => 100 * Math.exp(random.normal(0, 0.02)));
      const ratio = unpairedRatio(a, b);
      if (ratio.kind === 'interval' && ratio.low <= 1.1 && ratio.high >= 1.1) covered += 1;
    }
    // 1,900 expected, standard deviation 10.
    expect(covered).toBeGreaterThan(1_860);
    expect(covered).toBeLessThan(1_940);
  });
});
