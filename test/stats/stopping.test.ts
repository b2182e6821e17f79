import { expect, test } from 'vitest';
import { createRandom, ratioInterval, shouldStop } from '../../src/stats/index.ts';

test('no race stops before eight blocks, however precise', () => {
  const table = [
    [2, 1],
    [2, 1],
    [2, 1],
  ];
  expect(shouldStop(table, { precision: 0.03 })).toEqual({ kind: 'continue', moreBlocks: 5 });
});

test('a precise race stops, an imprecise one plans what is missing, and the cap ends it', () => {
  const random = createRandom(4);
  const rounds = (n: number, scatter: number) =>
    Array.from({ length: n }, () => [random.lognormal(0, scatter), random.lognormal(0, scatter)]);
  expect(shouldStop(rounds(10, 0.005), { precision: 0.03 })).toMatchObject({ kind: 'precise', blocks: 10 });
  expect(shouldStop(rounds(10, 0.05), { precision: 0.03 })).toMatchObject({ kind: 'continue', moreBlocks: 18 });
  expect(shouldStop(rounds(30, 0.2), { precision: 0.03 })).toMatchObject({ kind: 'capped', blocks: 30 });
});

test('every pair must be precise, not only the first', () => {
  const table = [1, 2, 1, 2, 1, 2, 1, 2].map((noisy) => [2, 1, noisy]);
  expect(shouldStop(table, { precision: 0.03 }).kind).toBe('continue');
});

test.each([0.02, 0.03, 0.05])('an interval that was stopped on its width still covers (scatter %d)', (scatter) => {
  const races = 2_000;
  let covered = 0;
  for (let race = 0; race < races; race += 1) {
    const random = createRandom(race);
    const pairedA: number[] = [];
    const pairedB: number[] = [];
    const table: number[][] = [];
    do {
      pairedA.push(random.lognormal(0, scatter));
      pairedB.push(1);
      table.push([pairedA.at(-1)!, 1]);
    } while (shouldStop(table, { precision: 0.03 }).kind === 'continue');
    const ratio = ratioInterval(pairedA, pairedB);
    if (ratio.kind === 'interval' && ratio.low <= 1 && 1 <= ratio.high) covered += 1;
  }
  expect(covered / races).toBeGreaterThanOrEqual(0.93);
});
