import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { RaceResult } from '../../src/result/index.ts';
import { runPitwall } from '../support/run-pitwall.ts';

test('what init writes races as it is, keeps its contract and costs the round trip that it says', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'pitwall-init-'));
  try {
    expect((await runPitwall(['init', 'shop', '--dir', folder])).code).toBe(0);
    const race = ['race', join(folder, 'plans/shop.yaml'), '--blocks', '1', '--duration', '500ms', '--warmup', '200ms'];
    const { code, stdout, stderr } = await runPitwall([...race, '--results', join(folder, 'results'), '--json']);
    expect(code, stderr).toBe(0);
    const { candidates } = JSON.parse(stdout) as RaceResult;
    expect(candidates.map(({ name, status }) => [name, status])).toEqual([
      ['shop', 'ok'],
      ['shop-pool-2', 'ok'],
    ]);
    for (const { calibration } of candidates) expect(calibration?.roundTrips).toBe(1);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  // It installs a package and races for real, on a machine that may be busy.
}, 240_000);
