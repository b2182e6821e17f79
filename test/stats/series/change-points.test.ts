import { expect, test } from 'vitest';
import { changePoints, createRandom, levelSteps, type Random, splitSegments } from '../../../src/stats/index.ts';

/** Windows of a round: AR(1) noise of standard deviation 30 around levels. */
const windowsOf = (random: Random, levels: readonly number[], rho = 0): number[] => {
  let noise = random.normal(0, 1);
  return levels.map((level) => {
    noise = rho * noise + Math.sqrt(1 - rho * rho) * random.normal(0, 1);
    return level + 30 * noise;
  });
};
const flat = (n: number, level = 1_000): number[] => new Array<number>(n).fill(level);

const shareWithChanges = (series: (random: Random) => number[]): number => {
  const rounds = 400;
  let changed = 0;
  for (let round = 0; round < rounds; round += 1) {
    if (changePoints(series(createRandom(round))).length > 0) changed += 1;
  }
  return changed / rounds;
};

test.each([15, 20, 30, 60, 120])('%i windows of flat noise show a change in fewer than 5 % of rounds', (n) => {
  expect(shareWithChanges((random) => windowsOf(random, flat(n)))).toBeLessThan(0.05);
  expect(shareWithChanges((random) => flat(n).map((level) => level * random.lognormal(0, 0.1)))).toBeLessThan(0.05);
});

test('autocorrelated flat noise is not taken for steps', () => {
  expect(shareWithChanges((random) => windowsOf(random, flat(60), 0.3))).toBeLessThan(0.06);
  expect(shareWithChanges((random) => windowsOf(random, flat(120), 0.5))).toBeLessThan(0.07);
});

test('single spikes are not changes', () => {
  const spiky = (random: Random): number[] =>
    windowsOf(random, flat(60)).map((value) => (random.uniform() < 0.03 ? value - 600 : value));
  expect(shareWithChanges(spiky)).toBeLessThan(0.05);
});

test('a step is found where it is', () => {
  let near = 0;
  for (let round = 0; round < 100; round += 1) {
    const found = changePoints(windowsOf(createRandom(round), [...flat(20), ...flat(20, 1_100)]));
    if (found.length === 1 && Math.abs(found[0]! - 20) <= 2) near += 1;
  }
  expect(near).toBeGreaterThanOrEqual(90);
});

test('a warm-up of two levels ends where it ends', () => {
  const segments = splitSegments([...flat(10, 300), ...flat(6, 700), ...flat(44, 1_000)]);
  expect(segments).toEqual([
    { start: 0, end: 10, mean: 300 },
    { start: 10, end: 16, mean: 700 },
    { start: 16, end: 60, mean: 1_000 },
  ]);
});

test('constant, short and single windows are one segment', () => {
  expect(splitSegments(flat(30))).toEqual([{ start: 0, end: 30, mean: 1_000 }]);
  expect(splitSegments([1, 2, 900])).toHaveLength(1);
  expect(splitSegments([5])).toEqual([{ start: 0, end: 1, mean: 5 }]);
});

test('steps of level are the changes by more than 2 %', () => {
  const stepping = (from: number, to: number) =>
    windowsOf(createRandom(4), [...Array<number>(20).fill(from), ...Array<number>(20).fill(to)]);
  const small = stepping(9_500, 9_650);
  expect(changePoints(small)).toHaveLength(1);
  expect(levelSteps(small)).toEqual([]);
  const [step, ...others] = levelSteps(stepping(9_500, 8_000));
  expect(others).toEqual([]);
  expect(step!.start).toBe(20);
  expect(step!.before).toBeCloseTo(9_500, -2);
  expect(step!.after).toBeCloseTo(8_000, -2);
});
