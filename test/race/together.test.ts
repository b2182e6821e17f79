import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { makeRaceFolder } from '../support/race-folder.ts';
import { runPitwall } from '../support/run-pitwall.ts';

describe('two races at once', () => {
  test('share the cache and disturb each other in nothing but speed, even when both have to make the database', async () => {
    using folder = makeRaceFolder({ good: 'none' }, { scale: 7 });
    const env = { PITWALL_CACHE: join(folder.folder, 'cache'), TMPDIR: folder.tmp };
    const args = ['race', folder.plan, '--results', folder.results, '--json'];
    const races = await Promise.all([runPitwall(args, { env }), runPitwall(args, { env })]);
    for (const { code, stdout, stderr } of races) {
      expect(code, stderr).toBe(0);
      expect(JSON.parse(stdout).candidates[0]).toMatchObject({ status: 'ok', summary: { rounds: 2 } });
    }
  }, 60_000);
});

describe('a machine without HAProxy or PgBouncer', () => {
  const missing = { PITWALL_HAPROXY: '/not/installed/haproxy', PITWALL_PGBOUNCER: '/not/installed/pgbouncer' };

  test('races without them and says so under the table, with the command that installs them', async () => {
    using folder = makeRaceFolder({ good: 'none' });
    const env = { ...missing, TMPDIR: folder.tmp };
    const { code, stdout, stderr } = await runPitwall(['race', folder.plan, '--results', folder.results], { env });
    expect(code, stderr).toBe(0);
    expect(stdout).toContain('Warning: raced without haproxy, which is not installed: sudo apt-get install -y haproxy');
    expect(stdout).toContain(
      'Warning: raced without pgbouncer, which is not installed: sudo apt-get install -y pgbouncer',
    );
    expect(stdout).toMatch(/^good .* ok \(3 \+ \d+\)$/m);
  });

  test('refuses to race with --strict, before it starts anything', async () => {
    using folder = makeRaceFolder({ good: 'none' });
    const env = { ...missing, TMPDIR: folder.tmp };
    const { code, stderr } = await runPitwall(['race', folder.plan, '--strict', '--results', folder.results], { env });
    expect(code).toBe(1);
    expect(stderr).toContain('haproxy (sudo apt-get install -y haproxy), pgbouncer');
    expect(stderr).toContain('npx pitwall setup');
  });
});
