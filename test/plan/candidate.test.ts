import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { expectedRoundTrips, loadCandidate } from '../../src/plan/index.ts';
import { repository } from '../support/race-folder.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'candidate-test-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const loadWith = (...lines: readonly string[]) => {
  const needed = ['name: mine', 'about: a server', 'language: python', 'start: { command: [server] }'];
  writeFileSync(join(folder, 'candidate.yaml'), [...needed, ...lines].join('\n'));
  return loadCandidate(folder);
};

const expectations = async (...lines: readonly string[]) => {
  const candidate = loadWith(...lines);
  return [true, false].map((isPooled) => expectedRoundTrips(candidate, { isPooled }));
};

test('the expected round trips are one number, or one with a pooler and one without, or not said', async () => {
  expect(await expectations('roundTrips: 9')).toEqual([9, 9]);
  expect(await expectations('roundTrips: { pooled: 15, direct: 16 }')).toEqual([15, 16]);
  expect(await expectations('roundTrips: { pooled: 0, direct: 1.5 }')).toEqual([0, 1.5]);
  expect(await expectations()).toEqual([undefined, undefined]);
});

test.each([
  '-1',
  'many',
  '{ pooled: 15 }',
  '{ pooled: 15, direct: -1 }',
  '{ pooled: 15, direct: 16, odd: 1 }',
  '[15, 16]',
])('roundTrips: %s is refused with its line', (value) => {
  expect(() => loadWith(`roundTrips: ${value}`)).toThrow(
    expect.objectContaining({
      code: 'candidate.invalid',
      message: expect.stringMatching(/candidate\.yaml:5:\d+: roundTrips[.:]/),
    }),
  );
});

test('django-psycopg, which connects for each request, says both', async () => {
  const candidate = loadCandidate(join(repository, 'candidates', 'django-psycopg'));
  expect(candidate.roundTrips).toEqual({ pooled: 15, direct: 16 });
});
