import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readResult } from '../../src/result/index.ts';
import { describeWith } from '../support/parts.ts';
import { makeRaceFolder, repository } from '../support/race-folder.ts';
import { runPitwall } from '../support/run-pitwall.ts';

/** fastify-pg, but each element is wrapped in the name of its type, as the seed's Rust server did. */
const writeWrappingCandidate = (folder: string): void => {
  const target = join(folder, 'candidates', 'wrapping');
  mkdirSync(target, { recursive: true });
  cpSync(join(repository, 'candidates', 'fastify-pg'), target, {
    recursive: true,
    filter: (path) => !/node_modules|dist/.test(path),
  });
  const file = join(target, 'src', 'document.ts');
  const source = readFileSync(file, 'utf8');
  const wrapped = source.replace('.map(ingredientEntry)', '.map((row) => ({ Ingredient: ingredientEntry(row) }))');
  expect(wrapped).not.toBe(source);
  writeFileSync(file, wrapped);
  const manifest = join(target, 'candidate.yaml');
  writeFileSync(manifest, readFileSync(manifest, 'utf8').replace('name: fastify-pg', 'name: wrapping'));
};

describeWith(['haproxy', 'pgbouncer'], 'a real race on the recipes', () => {
  test('times fastify-pg, prints JSON alone, and refuses a server that wraps each element in its type’s name', async () => {
    using folder = makeRaceFolder(
      {},
      {
        workload: 'recipes',
        candidates: ['fastify-pg', './candidates/wrapping'],
        blocks: 2,
        duration: '1s',
        warmup: '500ms',
        connections: 10,
        tap: 'calibration',
        calibration: { requests: 20 },
        proxy: { maxconn: 25, pathPrefix: '/api/v1/' },
      },
    );
    writeWrappingCandidate(folder.folder);
    const { code, stdout, stderr } = await runPitwall(['race', folder.plan, '--results', folder.results, '--json'], {
      env: { TMPDIR: folder.tmp },
    });
    expect(code, stderr).toBe(1);
    const race = JSON.parse(stdout);
    expect(race.version).toBe(2);
    expect(race.environment.versions).toHaveProperty('postgres');
    const [fastify, wrapping] = race.candidates;
    expect(wrapping).toMatchObject({ name: 'wrapping', status: 'failed', contract: { ok: false }, rounds: [] });
    expect(wrapping.contract.mismatches[0].path).toMatch(/^\$\.ingredients\[0\]/);
    expect(wrapping.reason).toContain('$.ingredients[0]');

    expect(fastify).toMatchObject({ name: 'fastify-pg', status: 'ok', contract: { ok: true, mismatches: [] } });
    expect(fastify.contract.checked).toBeGreaterThan(40);
    expect(fastify.versions).toHaveProperty('fastify');
    expect(fastify.calibration).toMatchObject({ requests: 20, roundTrips: 9, statements: 9, connects: 0, stable: 1 });
    expect(fastify.calibration.waterfall).toHaveLength(9);
    expect(fastify.rounds).toHaveLength(2);
    for (const round of fastify.rounds) {
      expect(round).toMatchObject({ outcome: 'measured', wrong: 0, status: 0, reset: 0, timeout: 0 });
      expect(round.requestsPerSecond).toBeGreaterThan(1);
      expect(round.checked).toBeGreaterThan(0);
      expect(round.components.map(({ name }: { name: string }) => name)).toEqual([
        'load',
        'proxy',
        'candidate',
        'pooler',
        'database',
      ]);
      for (const component of round.components) expect(component.cpuSeconds).toBeGreaterThan(0);
      // Ten requests at a time, through a proxy that may have opened more connections than it uses.
      const [connections] = round.telemetry.server.connectionsByProcess;
      expect(connections).toBeGreaterThanOrEqual(5);
      expect(connections).toBeLessThanOrEqual(20);
    }
    expect(fastify.summary.requestsPerSecond.low).toBeLessThan(fastify.summary.requestsPerSecond.mean);
    expect(fastify.summary.peakMemoryMiB).toBeGreaterThan(20);

    const results = join(folder.results, race.id);
    const { explanations, ...kept } = race;
    expect(readResult(results)).toEqual(kept);
    expect(explanations).toMatchObject([{ candidate: 'fastify-pg', bottleneck: expect.any(String) }]);
    expect(existsSync(join(results, 'fastify-pg.oha.txt'))).toBe(true);
    expect(readFileSync(join(results, 'fastify-pg.psrecord.log'), 'utf8')).toMatch(/^# Elapsed time {3}CPU \(%\)/);
    // The access log of every request went to a file, as the seed's did.
    expect(readFileSync(join(results, 'logs', 'fastify-pg-block-1-candidate.log'), 'utf8')).toContain(
      '/api/v1/recipes',
    );
  }, 180_000);
});
