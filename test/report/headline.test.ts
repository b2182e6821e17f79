import { describe, expect, test } from 'vitest';
import { raceView, verdictSentence } from '../../src/report/index.ts';
import { assembleResult } from '../../src/result/index.ts';
import { candidateRecord, raceRecord, roundRecord } from '../support/records.ts';
import { seedTold, type Told, toldRace } from '../support/told-race.ts';

const two = (a: Partial<Told>, b: Partial<Told>): readonly Told[] => [
  { name: 'a', requestsPerSecond: 200, roundTrips: 10, ...a },
  { name: 'b', requestsPerSecond: 100, roundTrips: 10, ...b },
];

/** Rounds that only have rates: enough for a verdict, not for a cause. */
const rated = (a: readonly number[], b: readonly number[]): string =>
  verdictSentence(
    assembleResult([
      raceRecord(),
      candidateRecord('a'),
      candidateRecord('b'),
      ...a.map((rate, index) => roundRecord('a', index + 1, rate)),
      ...b.map((rate, index) => roundRecord('b', index + 1, rate)),
    ]),
  );

describe('the verdict in one sentence', () => {
  test('gives the seed’s answer with its cause, when the model has it too', () => {
    expect(verdictSentence(toldRace(seedTold, { durationMs: 5_000 }))).toMatch(
      /^starlette-asyncpg serves 1\.8\dx axum-bb8 \[1\.\d+, 1\.\d+\] because axum-bb8 makes 20 database round trips per request, not 10\.$/,
    );
  });

  test('states the counts without “because” where the round trips do not explain the rates', () => {
    // At no distance, 20 round trips cost next to nothing: something else makes b slow.
    const told = two({ roundTrips: 10, cpuMs: 1 }, { roundTrips: 20, cpuMs: 15 });
    const sentence = verdictSentence(toldRace(told, { durationMs: 5_000, rttMs: 0 }));
    expect(sentence).toContain('b makes 20 database round trips per request, a 10');
    expect(sentence).not.toContain('because');
  });

  test('says what keeps it from “because” where the model does not give the slower one’s rate', () => {
    const told = seedTold.map((one) => ({ ...one, requestsPerSecond: one.requestsPerSecond / 3 }));
    expect(verdictSentence(toldRace(told, { durationMs: 5_000 }))).toMatch(
      /; axum-bb8 makes 20 database round trips per request, starlette-asyncpg 10 \(perhaps the cause: the model does not explain axum-bb8’s rate\)\.$/,
    );
  });

  test('has no clause on round trips where the slower one waits no more often', () => {
    expect(rated([200, 202, 198], [100, 101, 99])).toMatch(/^a serves 2x b \[\S+, \S+\]\.$/);
  });

  test('says that it can’t tell, and about how many more blocks would', () => {
    expect(rated([100, 140, 90], [100, 95, 120])).toMatch(
      /^Can’t tell whether a or b serves more: \S+x \[0\.\d+, \d\.\d+\] after 3 blocks; about \d+ more blocks would tell\.$/,
    );
  });

  test('decides nothing after one block', () => {
    expect(rated([200], [100])).toBe(
      'Can’t tell whether a or b serves more: 2x after 1 block; about 4 more blocks would tell.',
    );
  });

  test('says “the same” only when it is shown', () => {
    expect(rated([100, 100.1, 99.9, 100, 100.1], [100, 100, 100, 100.1, 99.9])).toMatch(
      /^a and b serve the same within 2 % \(1x \[0\.99\d, 1\]\)\.$/,
    );
  });

  test('has no winner without rounds, and no comparison with one candidate', () => {
    expect(rated([], [])).toBe('No candidate finished a round, so there is nothing to compare.');
    expect(rated([100, 101], [])).toMatch(
      /^a serves 100 \[\d.*\] requests\/s, and there is no other to compare it with\.$/,
    );
  });

  test('withholds the verdict with the reason when a check of the race is closed', () => {
    const race = toldRace(two({}, {}), { durationMs: 5_000, blocks: 3 });
    const [comparison] = race.comparisons;
    const withheld = { ...comparison!, verdict: 'withheld' as const, reason: 'client-cpu in 3 of 3 rounds of a' };
    expect(verdictSentence({ ...race, comparisons: [withheld] })).toMatch(
      /^No verdict on a and b \(.*\): client-cpu in 3 of 3 rounds of a\.$/,
    );
  });

  test('names the checks that withhold it, and keeps what they found for the cautions', () => {
    const race = toldRace(two({}, {}), { durationMs: 5_000, blocks: 3 });
    const reason = 'other-load in 3 of 3 rounds of a: others used half of the machine';
    const gate = { name: 'other-load', ok: false, effect: 'withholds' as const, candidates: ['a'], reason };
    const comparisons = race.comparisons.map((one) => ({ ...one, verdict: 'withheld' as const, reason }));
    const { headline } = raceView({ ...race, comparisons, gates: [gate] });
    expect(headline.sentence).toMatch(
      /^No verdict on a and b \(.*\): other programs kept the machine busy \(check other-load\)\.$/,
    );
    expect(headline.cautions).toEqual([reason]);
  });

  test('where the first two are too close to tell, says whom the first one is ahead of and why', () => {
    const told: readonly Told[] = [
      { name: 'fastify-pg', requestsPerSecond: 497, roundTrips: 10, settings: { workers: 2, pool: 10 } },
      ...seedTold,
    ];
    const race = toldRace(told, { durationMs: 5_000 });
    const isFirstTwo = ({ a, b }: { a: string; b: string }) => [a, b].every((name) => /fastify|starlette/.test(name));
    for (const verdict of ['cant-tell', 'withheld', 'same'] as const) {
      const comparisons = race.comparisons.map((one) => (isFirstTwo(one) ? { ...one, verdict } : one));
      const { headline } = raceView({ ...race, comparisons, best: [] });
      expect(headline.kind).toBe('decided');
      expect(headline.sentence).toMatch(
        /^(fastify-pg|starlette-asyncpg) serves 1\.\d+x axum-bb8 \[.*\] because axum-bb8 makes 20 database round trips/,
      );
      // The pair that is open is not kept back.
      expect(headline.rest[0]).toMatch(/(Can’t tell whether|No verdict on|serve the same).*/);
      expect(headline.rest).toHaveLength(2);
    }
  });

  test('names the leader by the bound of the comparison with the best where its pair can’t be told', () => {
    const race = toldRace(two({ name: 'one' }, { name: 'two' }), { durationMs: 5_000 });
    const comparisons = race.comparisons.map((one) => ({ ...one, verdict: 'cant-tell' as const, moreRounds: 2 }));
    const { a, b, ratio } = comparisons.find(({ metric }) => metric === 'requestsPerSecond')!;
    const best = [{ candidate: a, over: [{ candidate: b, ratio, low: 1.04 }] }];
    const { headline } = raceView({ ...race, comparisons, best });
    expect(headline.kind).toBe('decided');
    expect(headline.sentence).toMatch(new RegExp(`^${a} serves [\\d.]+x ${b} \\(at least 1\\.04x\\)`));
    // An older result has no comparison with the best.
    const { best: _, ...older } = race;
    expect(raceView({ ...older, comparisons }).headline.sentence).toMatch(/^Can’t tell/);
  });

  test('strips what a terminal would act on from names', () => {
    const sentence = verdictSentence(
      toldRace(two({ name: '\u001b[31mred\u0007' }, { name: 'b\u202e' }), { durationMs: 5_000 }),
    );
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
    expect(sentence).not.toMatch(/[\x00-\x1f\u202e]/);
    expect(sentence).toContain('red serves');
  });
});
