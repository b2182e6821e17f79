import { describe, expect, test } from 'vitest';
import { nextAttempt } from '../../../src/race/schedule/attempts.ts';
import type { RoundResult } from '../../../src/result/index.ts';

const round = (block: number, outcome: RoundResult['outcome'], reason?: string): RoundResult => ({
  block,
  position: 1,
  attempt: 1,
  startedAt: '',
  outcome,
  ...(reason === undefined ? {} : { reason }),
});

describe('what is played next', () => {
  test.each([
    {
      name: 'a block begins with a first attempt',
      played: [],
      block: 1,
      retries: 1,
      next: { kind: 'play', attempt: 1 },
    },
    {
      name: 'a measured block is done',
      played: [round(1, 'measured')],
      block: 1,
      retries: 1,
      next: { kind: 'measured' },
    },
    {
      name: 'a refused round is played again',
      played: [round(1, 'measured'), round(2, 'refused')],
      block: 2,
      retries: 1,
      next: { kind: 'play', attempt: 2 },
    },
    {
      name: 'the budget is for the race, not for each block',
      played: [round(1, 'refused'), round(1, 'measured'), round(2, 'failed', 'died')],
      block: 2,
      retries: 1,
      next: { kind: 'spent', reason: 'died' },
    },
    {
      name: 'a lost round that was made up for does not count against the next block',
      played: [round(1, 'refused'), round(1, 'measured')],
      block: 2,
      retries: 1,
      next: { kind: 'play', attempt: 1 },
    },
    {
      name: 'without retries the first lost round is the last',
      played: [round(1, 'refused', 'wrong')],
      block: 1,
      retries: 0,
      next: { kind: 'spent', reason: 'wrong' },
    },
  ])('$name', ({ played, block, retries, next }) => {
    expect(nextAttempt(played, block, retries)).toEqual(next);
  });
});
