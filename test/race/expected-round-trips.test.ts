import { describe, expect, test } from 'vitest';
import type { RaceResult } from '../../src/result/index.ts';
import { makeRaceFolder } from '../support/race-folder.ts';
import { runPitwall } from '../support/run-pitwall.ts';

const raceDjango = async (plan: object, env: Readonly<Record<string, string>> = {}): Promise<RaceResult> => {
  using folder = makeRaceFolder(
    {},
    {
      workload: 'recipes',
      candidates: ['django-psycopg'],
      blocks: 1,
      duration: '300ms',
      warmup: '200ms',
      connections: 5,
      tap: 'calibration',
      calibration: { requests: 5 },
      proxy: false,
      pooler: { connections: 5 },
      ...plan,
    },
  );
  const { stdout, stderr } = await runPitwall(['race', folder.plan, '--results', folder.results, '--json'], {
    env: { TMPDIR: folder.tmp, ...env },
  });
  expect(stdout, stderr).not.toBe('');
  return JSON.parse(stdout) as RaceResult;
};

describe('what a server that connects for each request is expected to cost is compared with what it does', () => {
  test.each([
    { name: 'behind PgBouncer', plan: {}, env: {}, roundTrips: 15 },
    {
      name: 'without PgBouncer, at a point of the sweep',
      plan: { sweep: { pooler: [false] } },
      env: {},
      roundTrips: 16,
    },
    {
      name: 'without PgBouncer, which is not installed',
      plan: {},
      env: { PITWALL_PGBOUNCER: '/nowhere/pgbouncer' },
      roundTrips: 16,
    },
  ])(
    '$name',
    async ({ plan, env, roundTrips }) => {
      const { candidates, gates } = await raceDjango(plan, env);
      const [django] = candidates;
      // A machine without Python leaves it out.
      if (django!.calibration === undefined) {
        expect(django!.reason).toBeDefined();
        return;
      }
      expect(django).toMatchObject({ expectedRoundTrips: roundTrips, calibration: { roundTrips: roundTrips } });
      expect(gates.filter(({ reason }) => /expects/.test(reason ?? ''))).toEqual([]);
    },
    600_000,
  );
});
