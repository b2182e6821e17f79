import { expect, test } from 'vitest';
import { createRandom, equivalenceP, holm, tTestP } from '../../src/stats/index.ts';

test('the p value is that of the table: t at its 95 % point gives 0.05', () => {
  // Two values a ± b have t = a / b with one degree of freedom; its 95 % point is 12.706.
  expect(tTestP([12.706 + 1, 12.706 - 1])).toBeCloseTo(0.05, 4);
});

test('equal values are certain', () => {
  expect(tTestP([0, 0, 0])).toBe(1);
  expect(tTestP([2, 2, 2])).toBe(0);
  expect(equivalenceP([0.01, 0.01], 0.02)).toBe(0);
  expect(tTestP([2])).toBeUndefined();
});

test.each([
  { name: 'the textbook case', p: [0.01, 0.04, 0.03], adjusted: [0.03, 0.06, 0.06] },
  { name: 'one alone is unchanged', p: [0.04], adjusted: [0.04] },
  { name: 'nothing', p: [], adjusted: [] },
  { name: 'never above 1', p: [0.6, 0.9], adjusted: [1, 1] },
])('Holm: $name', ({ p, adjusted }) => {
  holm(p).forEach((value, index) => {
    expect(value).toBeCloseTo(adjusted[index]!, 12);
  });
  expect(holm(p)).toHaveLength(p.length);
});

test('Holm keeps the chance of any false rejection at the level, and finds a real difference beside it', () => {
  const races = 2_000;
  let falseRaces = 0;
  let found = 0;
  for (let race = 0; race < races; race += 1) {
    const random = createRandom(race);
    const scatter = (difference: number) => Array.from({ length: 10 }, () => random.normal(difference, 0.03));
    const adjusted = holm([scatter(0), scatter(0), scatter(0), scatter(0), scatter(0.05)].map((logs) => tTestP(logs)!));
    if (adjusted.slice(0, 4).some((p) => p <= 0.05)) falseRaces += 1;
    if (adjusted[4]! <= 0.05) found += 1;
  }
  // Four true nulls and one false one: at most 5 % by theory, 2.0 standard errors are 1 %.
  expect(falseRaces / races).toBeLessThan(0.062);
  expect(found / races).toBeGreaterThan(0.9);
});

test('two one-sided tests call a difference at the margin "same" in at most 5 %, and none at all nearly always', () => {
  const races = 2_000;
  const margin = Math.log(1.02);
  const shownSame = (difference: number, n: number, skewed: boolean): number => {
    let same = 0;
    for (let race = 0; race < races; race += 1) {
      const random = createRandom(race * 31 + n);
      const logs = Array.from(
        { length: n },
        () => difference + (skewed ? random.exponential(0.01) - 0.01 : random.normal(0, 0.01)),
      );
      if (equivalenceP(logs, margin)! <= 0.05) same += 1;
    }
    return same / races;
  };
  for (const n of [5, 10, 20]) expect(shownSame(margin, n, false)).toBeLessThan(0.06);
  expect(shownSame(-margin, 10, false)).toBeLessThan(0.06);
  expect(shownSame(-margin, 10, true)).toBeLessThan(0.06);
  expect(shownSame(0, 10, false)).toBeGreaterThan(0.95);
});
