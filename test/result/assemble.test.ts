import { describe, expect, test } from 'vitest';
import { assembleResult } from '../../src/result/index.ts';
import { candidateRecord, raceRecord, roundRecord } from '../support/records.ts';

describe('the result of a journal', () => {
  test('has a t interval over the rounds of each candidate', () => {
    // Mean 100, s 10, n 3: t(2, .975) = 4.303, half-width 4.303 * 10 / sqrt 3 = 24.84.
    const rates = [90, 100, 110];
    const result = assembleResult([
      raceRecord(),
      candidateRecord('axum'),
      ...rates.map((rate, i) => roundRecord('axum', i + 1, rate)),
    ]);
    const rate = result.candidates[0]!.summary!.requestsPerSecond;
    expect(rate.mean).toBe(100);
    expect(rate.low).toBeCloseTo(75.16, 2);
    expect(rate.high).toBeCloseTo(124.84, 2);
  });

  test('of a single round has no interval', () => {
    const result = assembleResult([raceRecord(), candidateRecord('axum'), roundRecord('axum', 1, 100)]);
    expect(result.candidates[0]!.summary!.requestsPerSecond).toEqual({ mean: 100 });
  });

  test('keeps a failed round, and out of the means', () => {
    const failed = { ...roundRecord('axum', 2, 5) };
    const result = assembleResult([
      raceRecord(),
      candidateRecord('axum'),
      roundRecord('axum', 1, 100),
      { ...failed, round: { ...failed.round, outcome: 'failed', reason: 'candidate died' } },
    ]);
    expect(result.candidates[0]!.rounds).toHaveLength(2);
    expect(result.candidates[0]!.summary).toMatchObject({ rounds: 1, requestsPerSecond: { mean: 100 } });
  });

  test('takes the last word on a candidate', () => {
    const result = assembleResult([
      raceRecord(),
      candidateRecord('axum'),
      { ...candidateRecord('axum'), status: 'failed', reason: 'it died' },
    ]);
    expect(result.candidates).toMatchObject([{ name: 'axum', status: 'failed', reason: 'it died', rounds: [] }]);
  });

  test('of a race that did not end says so', () => {
    expect(assembleResult([raceRecord()]).outcome).toBe('unfinished');
    expect(
      assembleResult([
        raceRecord(),
        { type: 'end', endedAt: '2026-01-01T00:01:00.000Z', outcome: 'interrupted', reason: 'SIGINT' },
      ]),
    ).toMatchObject({ outcome: 'interrupted', reason: 'SIGINT' });
  });

  test('is not made of anything else', () => {
    expect(() => assembleResult([candidateRecord('axum')])).toThrow(/does not begin with a race/);
  });
});
