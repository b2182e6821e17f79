import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readLockedVersions } from '../../../src/components/index.ts';
import { makeRaceFolder, repository } from '../../support/race-folder.ts';
import { runPitwall } from '../../support/run-pitwall.ts';

const change = (folder: string, name: string, changes: object): void => {
  const file = join(folder, 'candidates', name, 'candidate.yaml');
  writeFileSync(file, JSON.stringify({ ...JSON.parse(readFileSync(file, 'utf8')), ...changes }));
};

describe('a candidate that cannot be prepared', () => {
  test('is skipped with the reason, and the race goes on', async () => {
    using folder = makeRaceFolder({ good: 'none', toolless: 'none', broken: 'none' }, { blocks: 1 });
    change(folder.folder, 'toolless', { requires: ['cargo-of-the-future'] });
    change(folder.folder, 'broken', { prepare: [['node', '-e', 'console.error("no such crate"); process.exit(4)']] });
    const env = { PITWALL_CACHE: join(folder.folder, 'cache'), TMPDIR: folder.tmp };
    const { code, stdout, stderr } = await runPitwall(['race', folder.plan, '--results', folder.results, '--json'], {
      env,
    });
    expect(code, stderr).toBe(0);
    const [good, toolless, broken] = ['good', 'toolless', 'broken'].map((name) =>
      JSON.parse(stdout).candidates.find((candidate: { name: string }) => candidate.name === name),
    );
    expect(good).toMatchObject({ status: 'ok', summary: { rounds: 1 } });
    expect(toolless).toMatchObject({ status: 'skipped', reason: expect.stringContaining('needs cargo-of-the-future') });
    expect(broken).toMatchObject({
      status: 'skipped',
      reason: expect.stringMatching(/ended[\s\S]*code 4[\s\S]*no such crate/),
    });
    expect(stderr).toContain('broken: node -e');
  });
});

test('versions come from each kind of lock file', () => {
  const versionsOf = (name: string, ...packages: string[]) =>
    readLockedVersions(join(repository, 'candidates', name), packages);
  expect(versionsOf('axum-bb8', 'axum', 'tokio-postgres')).toEqual({
    axum: expect.stringMatching(/^\d+\.\d+/),
    'tokio-postgres': expect.stringMatching(/^\d+\.\d+/),
  });
  expect(versionsOf('starlette-asyncpg', 'asyncpg')).toEqual({ asyncpg: expect.stringMatching(/^\d+\.\d+/) });
  expect(versionsOf('fastify-pg', 'fastify', 'no-such-package')).toEqual({
    fastify: expect.stringMatching(/^\d+\.\d+/),
  });
});
