import { describe, expect, test } from 'vitest';
import { levelChanges } from '../../../src/report/view/level-changes.ts';
import type { RoundResult } from '../../../src/result/index.ts';
import { roundRecord } from '../../support/records.ts';

/** A round after two seconds of warm-up, with what the gate says of it. */
const roundOf = (perSecond: readonly number[], isSteady: boolean): RoundResult => ({
  ...roundRecord('axum', 1, 1_000).round,
  elapsedSeconds: perSecond.length,
  timeline: perSecond.map((ok, index) => ({ atMs: 2_000 + 1_000 * index, ok, failed: 0 })),
  gates: [{ name: 'steady-state', ok: isSteady, effect: 'withholds', value: 1, limit: 0 }],
});

const step = [...Array<number>(7).fill(1_000), ...Array<number>(5).fill(800)];

describe('where a round changes its level', () => {
  test('is the second that the gate names, from the beginning of the timed part', () => {
    // test/race/gates: the same step closes the gate with “from 1000 to 800 a second after 7 s”.
    expect(levelChanges(roundOf(step, false))).toEqual([{ seconds: 7, before: 1_000, after: 800 }]);
  });

  test('is nowhere where the gate is open', () => {
    expect(levelChanges(roundOf(step, true))).toEqual([]);
  });

  test('is nowhere in a round that is too short to have levels', () => {
    expect(levelChanges(roundOf(step.slice(4, 10), false))).toEqual([]);
  });

  test('is never in the last second, which is cut short', () => {
    const round = roundOf([...Array<number>(11).fill(1_000), 90], false);
    expect(levelChanges({ ...round, elapsedSeconds: 11.1 })).toEqual([]);
  });
});
