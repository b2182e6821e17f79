import { describe, expect, test } from 'vitest';
import { assembleResult } from '../../src/result/index.ts';
import { candidateRecord, raceRecord, roundRecord } from '../support/records.ts';

describe('the result of a journal', () => {
  test('has a t interval over the rounds of each candidate', () => {
    // Logs: mean ln 100, s = ln 1.25, n 3: t(2, .975) = 4.303, half-width 4.303 * 0.22314 / sqrt 3 = 0.55432.
    const rates = [80, 100, 125];
    const result = assembleResult([
      raceRecord(),
      candidateRecord('axum'),
      ...rates.map((rate, i) => roundRecord('axum', i + 1, rate)),
    ]);
    const rate = result.candidates[0]!.summary!.requestsPerSecond;
    expect(rate.mean).toBeCloseTo(100, 9);
    expect(rate.low).toBeCloseTo(100 / Math.exp(0.55432), 1);
    expect(rate.high).toBeCloseTo(100 * Math.exp(0.55432), 1);
  });

  test('has rates whose ratio is the ratio of the comparison, block by block', () => {
    const rates = { axum: [80, 130, 99], hono: [71, 140, 84] };
    const { candidates, comparisons } = assembleResult([
      raceRecord(),
      ...Object.entries(rates).flatMap(([name, own]) => [
        candidateRecord(name),
        ...own.map((rate, index) => roundRecord(name, index + 1, rate)),
      ]),
    ]);
    const averageOf = (name: string) =>
      candidates.find((candidate) => candidate.name === name)!.summary!.requestsPerSecond.mean;
    const { a, b, ratio } = comparisons.find(({ metric }) => metric === 'requestsPerSecond')!;
    expect(averageOf(a) / averageOf(b)).toBeCloseTo(ratio, 9);
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
