import { expect, test } from 'vitest';
import { assembleResult, type JournalRecord, readLooks, readProlonged } from '../../src/result/index.ts';
import { candidateRecord, raceRecord, roundRecord } from '../support/records.ts';

const end: JournalRecord = { type: 'end', endedAt: '2026-01-01T00:01:00.000Z', outcome: 'done' };
const resume = (blocks?: number): JournalRecord => ({
  type: 'resume',
  resumedAt: '2026-01-01T00:02:00.000Z',
  torn: false,
  ...(blocks === undefined ? {} : { blocks }),
});
const look = (blocks: number, isLast = false): JournalRecord => ({
  type: 'look',
  blocks,
  horizon: 9,
  elapsedMs: 1_000 * blocks,
  isDecided: false,
  isLast,
});
/** Two candidates, 10 % apart and a little noisy. */
const rounds = (from: number, to: number): readonly JournalRecord[] =>
  Array.from({ length: to - from + 1 }, (_, index) => from + index).flatMap((block) => [
    roundRecord('a', block, 110 + (block % 3)),
    roundRecord('b', block, 100 + (block % 2) * 3),
  ]);
const head = [raceRecord(), candidateRecord('a'), candidateRecord('b')];

test('a race that ended once, after its blocks, has no other look', () => {
  const records = [...head, ...rounds(1, 3), end];
  expect(readLooks(records)).toBeUndefined();
  expect(assembleResult(records).looks).toBeUndefined();
});

test('one that was interrupted and resumed was not looked at', () => {
  const records = [
    ...head,
    ...rounds(1, 2),
    { ...end, outcome: 'interrupted' as const },
    resume(),
    ...rounds(3, 3),
    end,
  ];
  expect(readLooks(records)).toBeUndefined();
});

test('one that was prolonged was looked at before, has the new number of blocks, and wider intervals for it', () => {
  const once = assembleResult([...head, ...rounds(1, 6), end]);
  const records = [...head, ...rounds(1, 3), end, resume(6), ...rounds(4, 6), end];
  expect(readProlonged(records)).toBe(6);
  const prolonged = assembleResult(records);
  expect(prolonged).toMatchObject({
    plan: { blocks: 6 },
    looks: { at: [3], horizon: 6, isLast: false },
    outcome: 'done',
  });
  const [one, two] = [once, prolonged].map(({ comparisons }) => comparisons[0]!);
  expect(two!.ratio).toBeCloseTo(one!.ratio, 12);
  expect(two!.low!).toBeLessThan(one!.low!);
  expect(two!.high!).toBeGreaterThan(one!.high!);
});

test('looks of a race until it is decided are kept in order, and prolonging it plans one more', () => {
  const records = [...head, ...rounds(1, 3), look(3), ...rounds(4, 4), look(4, true), end];
  expect(readLooks(records)).toEqual({ at: [3, 4], horizon: 9, isLast: true });
  expect(readLooks([...records, resume(12), ...rounds(5, 12), end])).toEqual({
    at: [3, 4],
    horizon: 12,
    isLast: false,
  });
});
