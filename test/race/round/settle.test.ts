import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { hasSettled } from '../../../src/race/round/settle.ts';
import { readResult } from '../../../src/result/index.ts';
import { createRandom } from '../../../src/stats/index.ts';
import { makeRaceFolder } from '../../support/race-folder.ts';
import { runPitwall } from '../../support/run-pitwall.ts';

/** Throughput second by second with 1 % of noise. */
const noisy = (levels: readonly number[]): readonly number[] => {
  const random = createRandom(levels.length);
  return levels.map((level) => level * random.normal(1, 0.01));
};
const of = (count: number, level: number): readonly number[] => Array(count).fill(level);

describe('throughput has settled', () => {
  test.each([
    { name: 'not before 8 seconds', levels: of(7, 100), settled: false },
    { name: 'after 8 on one level', levels: of(8, 100), settled: true },
    { name: 'not right after a change', levels: [...of(6, 50), ...of(4, 100)], settled: false },
    { name: 'some seconds after a change', levels: [...of(6, 50), ...of(7, 100)], settled: true },
    { name: 'after a change that is none', levels: [...of(6, 100), ...of(4, 101)], settled: true },
    {
      name: 'not while it climbs',
      levels: Array.from({ length: 16 }, (_, second) => 100 + 25 * Math.floor(second / 4)),
      settled: false,
    },
  ])('$name', ({ levels, settled }) => {
    expect(hasSettled(noisy(levels))).toBe(settled);
  });
});

test('a race with `settle` loads before the warm-up, and tells how long that took', async () => {
  using folder = makeRaceFolder({ good: 'none' }, { blocks: 1, settle: '12s', proxy: false, pooler: false });
  const { code, stderr } = await runPitwall(['race', folder.plan, '--results', folder.results], {
    env: { TMPDIR: folder.tmp },
  });
  expect(code, stderr).toBe(0);
  const [round] = readResult(join(folder.results, readdirSync(folder.results)[0]!)).candidates[0]!.rounds;
  const { seconds, isSettled, perSecond } = round!.settling!;
  expect(perSecond).toHaveLength(seconds);
  // On a busy machine throughput may find no level.
  expect(seconds).toBeGreaterThanOrEqual(isSettled ? 8 : 11);
  expect(round!.gates).toContainEqual(expect.objectContaining({ name: 'settled', ok: isSettled }));
}, 60_000);
