import { expect, test } from 'vitest';
import { judgeUnit, ratioOf, runTruthRace, unitEntries } from '../../bench/selftest/truth-race.ts';

// The long form, with 200 comparisons, is `npm run selftest`.
test('equal servers, and differences of 3 % and 5 %, come out of the whole pipeline as they went in', async () => {
  const race = await runTruthRace({ entries: unitEntries(1), blocks: 5, durationMs: 500, seed: Date.now() % 1_000 });
  for (const [a, b, truth] of [
    ['variant-1', 'same-1', 1],
    ['plus3-1', 'same-1', 1.03],
    ['plus5-1', 'variant-1', 1.05],
  ] as const) {
    const { ratio } = ratioOf(race, a, b);
    // Counts of 500 scatter by 4.5 %, ratios of five pairs of them by 2.8 %: four of those.
    expect(Math.abs(Math.log(ratio / truth))).toBeLessThan(0.12);
  }
  const { isFalsePositive, covers3, covers5 } = judgeUnit(race, 1);
  // One of three may miss (in one of seven runs); two do in one of 140.
  expect([!isFalsePositive, covers3, covers5].filter(Boolean).length).toBeGreaterThanOrEqual(2);
}, 120_000);

test('a machine that slows down is flagged, and the ratio is not bent by it', async () => {
  const [same] = unitEntries(1);
  const entries = [same!, { name: 'plus20', slots: 120 }];
  const race = await runTruthRace({ entries, blocks: 6, durationMs: 600, seed: 3, slowPerS: 0.04 });
  expect(race.gates).toContainEqual(expect.objectContaining({ name: 'drift', ok: false, effect: 'warns' }));
  const { ratio } = ratioOf(race, 'plus20', 'same-1');
  expect(Math.abs(Math.log(ratio / 1.2))).toBeLessThan(0.12);
}, 120_000);
