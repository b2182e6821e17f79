import { describe, expect, test } from 'vitest';
import { criticalValues } from '../../../src/stats/family/critical.ts';
import { lookValues } from '../../../src/stats/family/looks.ts';
import { createRandom, judgeFamily } from '../../../src/stats/index.ts';
import { simulateRaces } from '../../support/simulated-race.ts';

// The long form is part of `npm run selftest`.
describe('a race that ends when it is decided', () => {
  for (const { k, horizon, races } of [
    { k: 2, horizon: 9, races: 2_000 },
    { k: 2, horizon: 20, races: 800 },
    { k: 4, horizon: 9, races: 700 },
  ]) {
    test(`tells ${k} equal candidates apart in at most 5 % of races of up to ${horizon} blocks, as far as chance allows`, () => {
      const { error, covered } = simulateRaces({ truth: Array(k).fill(1), noise: 0.08, horizon, races });
      // Two standard deviations of the count above 5 %.
      expect(error).toBeLessThanOrEqual(0.05 + 2 * Math.sqrt((0.05 * 0.95) / races));
      expect(covered).toBeGreaterThan(0.93);
      // Only a leader that is decided ends a race early: with more than two candidates the intervals are on the safe side.
      expect(covered).toBeLessThan(k === 2 ? 0.98 : 0.99);
    });
  }

  test('names a wrong leader in at most 3.5 % of races, of two candidates and of four', () => {
    expect(simulateRaces({ truth: [1.0001, 1], noise: 0.08, horizon: 9, races: 2_000 }).wrongLeader).toBeLessThan(
      0.035,
    );
    const four = simulateRaces({ truth: [1.0001, 1, 1, 1], noise: 0.08, horizon: 9, races: 700 });
    expect(four.wrongLeader).toBeLessThan(0.035);
    const far = simulateRaces({ truth: [1.0001, 1, 0.5, 0.5], noise: 0.03, horizon: 9, races: 700 });
    expect(far.wrongLeader).toBeLessThan(0.035);
  });

  test('keeps its errors when time ends it before the blocks that were planned, and then spends what is left of them', () => {
    const { error, covered } = simulateRaces({ truth: [1, 1], noise: 0.08, horizon: 20, lastAt: 6, races: 2_000 });
    expect(error).toBeLessThan(0.06);
    expect(covered).toBeLessThan(0.97);
  });

  test('keeps them with one candidate that is three times as noisy, and with long tails', () => {
    const uneven = simulateRaces({ truth: [1, 1, 1], noise: [0.05, 0.15, 0.05], horizon: 9, races: 700 });
    expect(uneven.covered).toBeGreaterThan(0.93);
    const tails = simulateRaces({
      truth: [1, 1],
      noise: 0.08,
      horizon: 9,
      races: 1_500,
      draw: (random) => -random.exponential(1),
    });
    expect(tails.covered).toBeGreaterThan(0.93);
  });

  test('takes three blocks for twice the rate, and six of 30 for 30 % more, with the right leader', () => {
    const twice = simulateRaces({ truth: [2, 1], noise: 0.08, horizon: 9, races: 500 });
    expect(twice).toMatchObject({ medianBlocks: 3, rightLeader: 1, wrongLeader: 0 });
    const more = simulateRaces({ truth: [1.3, 1], noise: 0.08, horizon: 30, races: 300 });
    expect(more.medianBlocks).toBeLessThanOrEqual(7);
    expect(more.rightLeader).toBeGreaterThan(0.98);
    expect(more.covered).toBeGreaterThan(0.95);
  });

  test('finds equal candidates the same within a margin before its last look', () => {
    const same = simulateRaces({ truth: [1, 1], noise: 0.03, margin: 0.05, horizon: 30, races: 300 });
    expect(same.medianBlocks).toBeLessThan(18);
    expect(same.decided).toBeGreaterThan(0.95);
  });

  test('says "the same" of a true difference of the margin in at most 5 % of races', () => {
    const { decided, rightLeader } = simulateRaces({
      truth: [1.05, 1],
      noise: 0.02,
      margin: 0.05,
      horizon: 12,
      races: 800,
    });
    // Whoever is not shown to lead was found the same.
    expect(decided - rightLeader).toBeLessThanOrEqual(0.05);
  });
});

test('what was looked at more often is judged by a wider interval, and one look at the end by the usual one', () => {
  const usual = criticalValues(9, 3).allPairs;
  const values = (at: readonly number[], isLast = false) => lookValues({ at, horizon: 9, isLast }, 9, 3, 0.95).allPairs;
  expect(values([9], true) / usual).toBeCloseTo(1, 1);
  expect(values([6, 9])).toBeGreaterThan(values([9]));
  expect(values([3, 4, 5, 6, 7, 8, 9])).toBeGreaterThan(values([6, 9]));
});

test('more than 24 candidates are bounded and not simulated', () => {
  const { allPairs, withBest } = lookValues({ at: [3, 4], horizon: 6, isLast: false }, 5, 30, 0.95);
  expect(allPairs).toBeGreaterThan(withBest);
  expect(allPairs).toBeLessThan(100);
});

test('a race of five blocks that is prolonged to ten names a difference that is none in at most 7.5 % of both ends together', () => {
  const random = createRandom(16);
  const races = 3_000;
  let errors = 0;
  for (let race = 0; race < races; race += 1) {
    const table = Array.from({ length: 10 }, () => [random.lognormal(0, 0.08), random.lognormal(0, 0.08)]);
    const first = judgeFamily(table.slice(0, 5), { better: 'higher' });
    const looks = { at: [5], horizon: 10, isLast: false };
    const second = judgeFamily(table, { better: 'higher', looks });
    errors += [first, second].some(({ pairs }) => pairs[0]!.kind !== 'cant-tell' && pairs[0]!.kind !== 'same') ? 1 : 0;
  }
  expect(errors / races).toBeLessThan(0.075);
});
