import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { RaceResult } from '../../src/result/index.ts';
import { makeRaceFolder } from '../support/race-folder.ts';
import { runPitwall } from '../support/run-pitwall.ts';

describe('what a candidate is raced under', () => {
  test('is that of its own point, on its processors and at its priority, and the result keeps it', async () => {
    using folder = makeRaceFolder(
      { good: 'none' },
      {
        blocks: 1,
        cpus: { candidate: '0' },
        pooler: { connections: 4 },
        sweep: { 'cpus.candidate': ['0', '1'], 'nice.candidate': [0, 5], connections: [3] },
      },
    );
    const { stdout, stderr } = await runPitwall(['race', folder.plan, '--results', folder.results, '--json'], {
      env: { TMPDIR: folder.tmp, PITWALL_PGBOUNCER: '/nowhere/pgbouncer' },
    });
    expect(stdout, stderr).not.toBe('');
    const race = JSON.parse(stdout) as RaceResult;
    expect(race.candidates).toHaveLength(4);
    for (const { name, point, conditions, rounds } of race.candidates) {
      expect(rounds, name).toMatchObject([{ outcome: 'measured' }]);
      const [cpus, nice] = [point['cpus.candidate'], point['nice.candidate']];
      const label = name.replace(/[^A-Za-z0-9._-]+/g, '-');
      const log = readFileSync(join(folder.results, race.id, 'logs', `${label}-block-1-candidate.log`), 'utf8');
      expect(log).toContain(`on processors ${cpus}, nice ${nice}`);
      expect(conditions).toMatchObject({ connections: 3, durationMs: 700, placements: { candidate: { cpus, nice } } });
      // PgBouncer is not installed here: nobody was raced behind it.
      expect(conditions).not.toHaveProperty('pooler');
    }
    expect(race.plan).toMatchObject({ pooler: { connections: 4 }, placements: { candidate: { cpus: '0' } } });
  }, 120_000);
});
