import { expect, test } from 'vitest';
import { createRandom, type Random, verdictsOf } from '../../src/stats/index.ts';

const rounds = (random: Random, ratio: number, scatter: number, n: number): number[] =>
  Array.from({ length: n }, () => 100 * ratio * random.lognormal(0, scatter));
const pair = (seed: number, ratio: number, scatter = 0.01, n = 10) => {
  const random = createRandom(seed);
  return {
    pairedA: rounds(random, ratio, scatter, n),
    pairedB: rounds(random, 1, scatter, n),
    better: 'higher' as const,
  };
};
const verdictOf = (...args: Parameters<typeof pair>) => verdictsOf([pair(...args)])[0]!;

test('a clear difference is faster one way and slower the other', () => {
  expect(verdictOf(1, 1.2)).toMatchObject({ kind: 'faster', isNegligible: false });
  expect(verdictOf(1, 0.8)).toMatchObject({ kind: 'slower', isNegligible: false });
});

test('of latencies the lower one is faster', () => {
  expect(verdictsOf([{ ...pair(1, 0.8), better: 'lower' }])[0]).toMatchObject({ kind: 'faster' });
});

test('two identical candidates are shown to be the same when the rounds are precise', () => {
  expect(verdictOf(2, 1, 0.003)).toMatchObject({ kind: 'same', margin: 0.02 });
});

test('noisy rounds cannot tell, and say how many more blocks it would take', () => {
  const verdict = verdictOf(6, 1.01, 0.05, 5);
  expect(verdict.kind).toBe('cant-tell');
  if (verdict.kind === 'cant-tell') expect(verdict.moreBlocks).toBeGreaterThan(5);
  expect(verdict.minimumDetectableRatio).toBeGreaterThan(1.05);
});

test('one block cannot tell anything and asks for a pilot', () => {
  expect(verdictOf(3, 3, 0.01, 1)).toMatchObject({ kind: 'cant-tell', moreBlocks: 4, ratio: { kind: 'point' } });
});

test('a real but tiny difference is called so', () => {
  expect(verdictOf(4, 1.008, 0.001)).toMatchObject({ kind: 'faster', isNegligible: true });
});

test('a noisy A/A race widens what counts as the same', () => {
  const steady = {
    pairedA: [103, 104, 103.5, 103, 104],
    pairedB: [100, 100, 100, 101, 100],
    better: 'higher' as const,
  };
  expect(verdictsOf([steady])[0]).toMatchObject({ kind: 'faster', isNegligible: false });
  expect(verdictsOf([steady], { noiseFloor: 0.08 })[0]).toMatchObject({ kind: 'faster', isNegligible: true });
});

test('the more pairs are compared, the more each must show', () => {
  const borderline = {
    pairedA: [103, 101, 104, 99.5, 102],
    pairedB: [100, 100, 100, 100, 100],
    better: 'higher' as const,
  };
  const alike = { pairedA: [1, 2, 1, 2], pairedB: [2, 1, 2, 1], better: 'higher' as const };
  const alone = verdictsOf([borderline])[0]!;
  const among = verdictsOf([borderline, alike, alike, alike])[0]!;
  expect(among.adjustedP!).toBeCloseTo(alone.adjustedP! * 4, 9);
  expect(among.ratio).toEqual(alone.ratio);
});

test('A/A comparisons are called different in about 5 %, and never both ways', () => {
  let different = 0;
  for (let race = 0; race < 1_000; race += 1) {
    const verdict = verdictOf(race, 1, 0.02);
    if (verdict.kind === 'faster' || verdict.kind === 'slower') different += 1;
  }
  expect(different).toBeGreaterThan(30);
  expect(different).toBeLessThan(72);
});

test('the predicted number of blocks decides most races that it was predicted for', () => {
  let decided = 0;
  let undecided = 0;
  for (let race = 0; undecided < 200; race += 1) {
    const first = verdictOf(race, 1.03, 0.03, 8);
    if (first.kind !== 'cant-tell' || first.moreBlocks > 40) continue;
    undecided += 1;
    if (verdictOf(race, 1.03, 0.03, 8 + first.moreBlocks).kind !== 'cant-tell') decided += 1;
  }
  expect(decided / undecided).toBeGreaterThan(0.6);
});
