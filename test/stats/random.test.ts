import { expect, test } from 'vitest';
import { createRandom } from '../../src/stats/index.ts';

const draw = (count: number, next: () => number): number[] => Array.from({ length: count }, next);
const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
const variance = (values: readonly number[]): number => {
  const centre = mean(values);
  return mean(values.map((value) => (value - centre) ** 2));
};

test('the same seed gives the same sequence, another seed another one', () => {
  const first = createRandom(7);
  const again = createRandom(7);
  const other = createRandom(8);
  const values = draw(20, first.uniform);
  expect(draw(20, again.uniform)).toEqual(values);
  expect(draw(20, other.uniform)).not.toEqual(values);
});

test('neighbouring seeds give unrelated first numbers', () => {
  const firsts = Array.from({ length: 4_000 }, (_, seed) => createRandom(seed).uniform());
  expect(mean(firsts)).toBeCloseTo(0.5, 1.5);
  const products = firsts.slice(1).map((value, index) => (value - 0.5) * (firsts[index]! - 0.5));
  expect(Math.abs(mean(products)) / variance(firsts)).toBeLessThan(0.06);
});

test('each distribution has the mean and the variance it is named for', () => {
  const random = createRandom(1);
  const count = 40_000;
  const normal = draw(count, () => random.normal(3, 2));
  expect(mean(normal)).toBeCloseTo(3, 1);
  expect(variance(normal) / 4).toBeCloseTo(1, 1);
  const exponential = draw(count, () => random.exponential(5));
  expect(mean(exponential) / 5).toBeCloseTo(1, 1);
  expect(variance(exponential) / 25).toBeCloseTo(1, 1);
  const lognormal = draw(count, () => Math.log(random.lognormal(1, 0.5)));
  expect(mean(lognormal)).toBeCloseTo(1, 1);
  expect(variance(lognormal)).toBeCloseTo(0.25, 1);
});

test('a shuffle keeps every item, leaves the given array alone and uses each order equally often', () => {
  const random = createRandom(3);
  const items = ['a', 'b', 'c'] as const;
  const seen = new Map<string, number>();
  for (let turn = 0; turn < 6_000; turn += 1) {
    const order = random.shuffle(items).join('');
    seen.set(order, (seen.get(order) ?? 0) + 1);
  }
  expect(items).toEqual(['a', 'b', 'c']);
  expect(seen.size).toBe(6);
  for (const times of seen.values()) expect(Math.abs(times - 1_000)).toBeLessThan(150);
});
