import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readResult } from '../../src/result/index.ts';
import { makeRaceFolder } from '../support/race-folder.ts';
import { runPitwall } from '../support/run-pitwall.ts';

test('a race to a precision with a A/A control adds blocks up to its cap, keeps the plan’s margin, and can be repeated', async () => {
  using folder = makeRaceFolder({ one: 'none', two: 'none' }, { duration: '300ms', warmup: '100ms', proxy: false });
  const env = { TMPDIR: folder.tmp };
  const results = ['--results', folder.results];
  const flags = ['--blocks', '1', '--precision', '0.1%', '--max-blocks', '3', '--aa', 'one', '--only', 'one,two'];
  const { code, stdout, stderr } = await runPitwall(['race', folder.plan, ...flags, ...results], { env });
  expect(code, stderr).toBe(0);
  const race = readResult(join(folder.results, readdirSync(folder.results)[0]!));
  expect(race.plan).toMatchObject({ precision: 0.001, maxBlocks: 3, control: { of: 'one', name: 'one-control' } });
  expect(race.candidates.map(({ summary }) => summary?.rounds)).toEqual([3, 3, 3]);
  expect(stderr).toMatch(/after 3 blocks, the most that the plan allows, ratios are known to ± \d/);
  const rates = race.comparisons.filter(({ metric }) => metric === 'requestsPerSecond');
  expect(rates.map(({ a, b }) => [a, b].sort())).toEqual([
    ['one', 'two'],
    ['one', 'one-control'],
  ]);
  expect(rates[0]!.margin).toBe(0.02);
  expect(stdout).toMatch(/one-control/);
  expect(race.environment).toMatchObject({ virtualisation: expect.any(String) });

  const repeated = await runPitwall(['race', '--repeat', 'latest', ...results], { env });
  expect(repeated.code, repeated.stderr).toBe(0);
  expect(repeated.stdout).toContain(`${race.id} (before) and `);
  expect(repeated.stdout).toMatch(/one-control: requestsPerSecond [+-]/);
  const again = readResult(join(folder.results, readdirSync(folder.results).sort().at(-1)!));
  expect(again.plan.digest).toBe(race.plan.digest);
  expect(again.overrides).toEqual(race.overrides);
}, 120_000);
