import { expect, test } from 'vitest';
import { describeWith } from '../support/parts.ts';
import { makeRaceFolder } from '../support/race-folder.ts';
import { runPitwall } from '../support/run-pitwall.ts';

/** Waits for the database a request. Django's six before its nine statements are to connect; axum's last has no one waiting. */
const expected = { 'axum-bb8': 20, 'starlette-asyncpg': 10, 'django-psycopg': 15, 'fastify-pg': 9 };
const names = Object.keys(expected) as (keyof typeof expected)[];

const calibrationsOf = async (tls: 'terminate' | 'passthrough') => {
  using folder = makeRaceFolder(
    {},
    {
      workload: 'recipes',
      candidates: names,
      blocks: 2,
      duration: '500ms',
      warmup: '300ms',
      connections: 10,
      tap: 'calibration',
      calibration: { requests: 25, tls },
      proxy: { maxconn: 25, pathPrefix: '/api/v1/' },
    },
  );
  const { stdout, stderr } = await runPitwall(['race', folder.plan, '--results', folder.results, '--json'], {
    env: { TMPDIR: folder.tmp },
  });
  expect(stdout, stderr).not.toBe('');
  const race = JSON.parse(stdout) as {
    candidates: {
      name: keyof typeof expected;
      reason?: string;
      calibration?: { roundTrips: number; stable: number; connectRoundTrips: object };
    }[];
  };
  return new Map(race.candidates.map((candidate) => [candidate.name, candidate]));
};

describeWith(['haproxy', 'pgbouncer'], 'what a request costs on the wire', () => {
  test('is counted alike with TLS taken off and with TLS left alone, for the four servers of the quick race', async () => {
    // Minutes where a server has yet to be built, seconds afterwards.
    const terminated = await calibrationsOf('terminate');
    const passed = await calibrationsOf('passthrough');
    for (const name of names) {
      const { calibration, reason } = terminated.get(name)!;
      // What can't be built on this machine (Rust may be missing) is left out of both races.
      if (calibration === undefined) {
        expect(reason).toBeDefined();
        continue;
      }
      expect.soft(calibration.roundTrips, `${name}, messages`).toBe(expected[name]);
      expect.soft(passed.get(name)!.calibration?.roundTrips, `${name}, TLS records`).toBe(expected[name]);
      expect.soft(calibration.stable, name).toBeGreaterThanOrEqual(0.9);
    }
    expect(terminated.get('starlette-asyncpg')!.calibration ?? terminated.get('fastify-pg')!.calibration).toBeDefined();
  }, 900_000);
});
