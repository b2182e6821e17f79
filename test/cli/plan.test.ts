import { readdirSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { makeRaceFolder } from '../support/race-folder.ts';
import { runPitwall } from '../support/run-pitwall.ts';

const check = (plan: string, tmp: string) => runPitwall(['plan', 'check', plan], { env: { TMPDIR: tmp } });

describe('pitwall plan check', () => {
  test('says what a race would run, and runs nothing', async () => {
    using race = makeRaceFolder({ good: 'none' }, { pooler: { connections: 7 } });
    const { code, stdout, stderr } = await check(race.plan, race.tmp);
    expect(stderr).toBe('');
    expect(code).toBe(0);
    expect(stdout).toMatch(/start {3}node items-server\.cjs/);
    expect(stdout).toMatch(/env .*DATABASE_URL.* PGPASSWORD .*PITWALL_POOL/);
    expect(stdout).toMatch(/database {2}Postgres 14\.\d+/);
    expect(stdout).toMatch(/PgBouncer, 7 server connections/);
    expect(stdout).toMatch(/request GET \/items/);
    expect(stdout).toMatch(/table {3}item, 5 rows/);
    expect(stdout).not.toContain('postgres://');
    expect(readdirSync(race.tmp)).toEqual([]);
    expect(readdirSync(race.folder)).not.toContain('results');
  });

  test('names every mistake with its place, and exits with 2', async () => {
    using race = makeRaceFolder({ good: 'none' });
    writeFileSync(race.plan, 'workload: nothing\ncandidates:\n  - ./candidates/good\n  - one\n  - ./candidates/two\n');
    const { code, stdout, stderr } = await check(race.plan, race.tmp);
    expect(stdout).toBe('');
    expect(stderr).toMatch(/plan\.yaml:4:5: candidate "one" does not exist/);
    expect(stderr).toMatch(/plan\.yaml:5:5: candidate "\.\/candidates\/two" does not exist/);
    expect(stderr).toMatch(/plan\.yaml:1:11: workload "nothing" does not exist/);
    expect(code).toBe(2);
  });

  test('says what a candidate needs that is not there', async () => {
    using race = makeRaceFolder({ good: 'none' });
    const manifest = { name: 'good', about: 'x', language: 'x', requires: ['no-such-tool'], start: { command: ['x'] } };
    writeFileSync(`${race.folder}/candidates/good/candidate.yaml`, JSON.stringify(manifest));
    expect((await check(race.plan, race.tmp)).stdout).toContain('SKIPPED it needs no-such-tool');
  });
});
