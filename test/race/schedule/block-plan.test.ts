import { describe, expect, test } from 'vitest';
import { planBlocks } from '../../../src/race/schedule/block-plan.ts';
import { createRandom } from '../../../src/stats/index.ts';
import { roundRecord } from '../../support/records.ts';

const plan = { blocks: 5, precision: 0.03, maxBlocks: 30 };

/** Rounds of two candidates whose ratio scatters by `stdev` from block to block. */
const rounds = (blocks: number, stdev: number) => {
  const random = createRandom(1);
  const of = (rate: number) =>
    Array.from({ length: blocks }, (_, index) => ({
      ...roundRecord('x', index + 1, rate * Math.exp(random.normal(0, stdev / Math.SQRT2))).round,
    }));
  return [of(100), of(110)];
};

describe('the number of blocks', () => {
  test('is the plan’s without a precision', () => {
    expect(planBlocks({ ...plan, precision: undefined }, rounds(5, 0.5), 5)).toEqual({ blocks: 5 });
  });

  test('is the plan’s for one candidate, which has nothing to be compared with', () => {
    expect(planBlocks(plan, rounds(5, 0.5).slice(1), 5)).toEqual({ blocks: 5 });
  });

  test('is at least 8 with one, for fewer say too little about the scatter', () => {
    expect(planBlocks(plan, rounds(3, 0.001), 3)).toEqual({ blocks: 8 });
  });

  test('ends where the ratios are known well enough', () => {
    expect(planBlocks(plan, rounds(8, 0.01), 8)).toMatchObject({ blocks: 8, decision: { kind: 'precise' } });
  });

  test('grows with the scatter, up to the cap', () => {
    const some = planBlocks(plan, rounds(8, 0.04), 8);
    expect(some.decision?.kind).toBe('continue');
    expect(some.blocks).toBeGreaterThan(8);
    expect(planBlocks(plan, rounds(8, 0.5), 8).blocks).toBe(30);
    expect(planBlocks(plan, rounds(30, 0.5), 30)).toMatchObject({ blocks: 30, decision: { kind: 'capped' } });
  });

  test('does not look at rounds of the block that is being played', () => {
    const more = rounds(12, 0.04);
    expect(planBlocks(plan, more, 9)).toEqual(
      planBlocks(
        plan,
        more.map((own) => own.slice(0, 9)),
        9,
      ),
    );
  });
});
