import { describe, expect, test } from 'vitest';
import { formatSweep, verdictSentence } from '../../../src/report/index.ts';
import { assembleResult, type JournalRecord } from '../../../src/result/index.ts';
import { candidateRecord, raceRecord, roundRecord } from '../../support/records.ts';

/** Three rounds of a candidate at a point, a percent apart. */
const at = (candidate: string, maxconn: number, rate: number): readonly JournalRecord[] => {
  const name = `${candidate}, maxconn ${maxconn}`;
  return [
    { ...candidateRecord(name), candidate, point: { 'proxy.maxconn': maxconn } },
    ...[0.99, 1, 1.01].map((factor, index) => roundRecord(name, index + 1, rate * factor)),
  ];
};

const sweepOf = (...points: readonly (readonly JournalRecord[])[]): string =>
  formatSweep(assembleResult([raceRecord(), ...points.flat()]));

describe('a sweep', () => {
  test('is a grid with a curve for each candidate, and says that the ranking survives', () => {
    expect(
      sweepOf(at('axum', 10, 130), at('starlette', 10, 240), at('axum', 25, 270), at('starlette', 25, 500)),
    ).toMatchInlineSnapshot(`
      "requests/s [95 %]            axum       starlette
      maxconn 10         130 [127, 133]  240 [234, 246]
      maxconn 25         270 [263, 277]  500 [488, 513]

      axum
        maxconn 10  ■■■■■■
        maxconn 25  ■■■■■■■■■■■■■
      starlette
        maxconn 10  ■■■■■■■■■■■■
        maxconn 25  ■■■■■■■■■■■■■■■■■■■■■■■■

      axum: maxconn 25 serves 2.08x maxconn 10 [2.08, 2.08].
      starlette: maxconn 25 serves 2.08x maxconn 10 [2.08, 2.08].

      The ranking survives: starlette > axum at all 2 points.
      "
    `);
  });

  test('of one candidate says what the points do to it, and nothing of a ranking', () => {
    const text = sweepOf(at('django', 1, 50), at('django', 2, 50), at('django', 4, 50));
    expect(text).toMatch(/^django: the same at all points \(maxconn \d serves 1x maxconn \d \[\S+, \S+\]\)\.$/m);
    expect(text).not.toContain('ranking');
  });

  test('of one candidate has that for its verdict', () => {
    const race = assembleResult([raceRecord(), ...at('django', 1, 50), ...at('django', 4, 90)]);
    expect(verdictSentence(race)).toMatch(/^django: maxconn 4 serves 1.8x maxconn 1 \[\S+, \S+\]\.$/);
  });

  test('says where the ranking changes, and does not tell apart what overlaps', () => {
    const text = sweepOf(at('axum', 10, 300), at('starlette', 10, 200), at('axum', 25, 300), at('starlette', 25, 301));
    expect(text).toContain('The ranking does not survive:');
    expect(text).toContain('axum > starlette at maxconn 10');
    expect(text).toContain('axum = starlette at maxconn 25');
  });
});
