import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { PitwallError } from '../../src/base/index.ts';
import { loadPlan, type PlanOverrides } from '../../src/plan/index.ts';
import { repository, writeCandidate } from '../support/race-folder.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'plan-test-'));
  writeCandidate(folder, 'one', 'items-server.cjs', {});
  writeCandidate(folder, 'two', 'items-server.cjs', {});
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const valid = ['workload: ../items', 'candidates: [one, two]'];

/** Writes a plan of these lines beside the candidates and loads it. */
const load = (lines: readonly string[], overrides: PlanOverrides = {}) => {
  const file = join(folder, 'plans', 'mine.yaml');
  mkdirSync(join(folder, 'plans'), { recursive: true });
  const workload = join(repository, 'test', 'fixtures', 'workloads', 'items');
  writeFileSync(file, lines.join('\n').replace('../items', workload));
  return loadPlan(file, { overrides, roots: [folder] });
};

const failureOf = async (promise: Promise<unknown>): Promise<PitwallError> => {
  const error = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(PitwallError);
  return error as PitwallError;
};

describe('a good plan', () => {
  test('gets every default, and its name from its file', async () => {
    expect(await load(valid)).toMatchObject({
      name: 'mine',
      blocks: 5,
      durationMs: 10_000,
      warmupMs: 2_000,
      connections: 50,
      seed: 1,
      sampleRatio: 0.01,
      proxy: { maxconn: 25, pathPrefix: '/' },
      pooler: { connections: 25 },
      workload: { name: 'items', scale: 5 },
    });
  });

  test('may leave out the proxy and the pooler', async () => {
    const plan = await load([...valid, 'proxy: false', 'pooler: false']);
    expect([plan.proxy, plan.pooler]).toEqual([undefined, undefined]);
  });

  test('may enter a candidate twice under two names with other settings', async () => {
    const plan = await load([valid[0]!, 'candidates: [one, {use: one, as: larger pool, settings: {pool: 9}}]']);
    expect(plan.entries.map(({ name, settings }) => [name, settings])).toEqual([
      ['one', { pool: 4 }],
      ['larger pool', { pool: 9 }],
    ]);
  });

  test('is changed by the command line, in its own words', async () => {
    const plan = await load(valid, { blocks: 2, duration: '300ms', only: ['two'] });
    expect(plan).toMatchObject({ blocks: 2, durationMs: 300, entries: [{ name: 'two' }] });
  });
});

describe('a bad plan gets one clear error with file, line and what is allowed', () => {
  test.each([
    {
      name: 'an unknown key',
      lines: [...valid, 'conections: 50'],
      says: /mine\.yaml:3:1: unknown key "conections"\..*connections/,
    },
    { name: 'an unknown key further in', lines: [...valid, 'proxy: {maxcon: 3}'], says: /mine\.yaml:3:\d+: proxy/ },
    {
      name: 'a wrong unit',
      lines: [...valid, 'duration: 5 parsecs'],
      says: /mine\.yaml:3:11: duration: must be a duration such as 300ms, 5s or 1m/,
    },
    { name: 'no unit', lines: [...valid, 'duration: 5'], says: /mine\.yaml:3:11: duration/ },
    { name: '0 connections', lines: [...valid, 'connections: 0'], says: /mine\.yaml:3:14: connections: .*1/ },
    { name: 'no candidates', lines: [valid[0]!, 'candidates: []'], says: /mine\.yaml:2:13: candidates/ },
    { name: 'a missing key', lines: ['candidates: [one]'], says: /mine\.yaml:1:1: workload: is missing/ },
    { name: 'broken YAML', lines: ['workload: [', 'candidates: [one]'], says: /mine\.yaml:\d+:\d+: / },
    {
      name: 'a candidate that does not exist',
      lines: [valid[0]!, 'candidates: [one, three]'],
      says: /candidate "three" does not exist; looked for candidate\.yaml in/,
    },
    {
      name: 'a workload that does not exist',
      lines: ['workload: none', valid[1]!],
      says: /workload "none" does not exist/,
    },
    { name: 'one name twice', lines: [valid[0]!, 'candidates: [one, one]'], says: /two candidates are called one/ },
    {
      name: 'an unknown setting',
      lines: [valid[0]!, 'candidates: [{use: one, settings: {pol: 3}}]'],
      says: /mine\.yaml:2:\d+: candidates\.0/,
    },
  ])('$name', async ({ lines, says }) => {
    const error = await failureOf(load(lines));
    expect(error.code).toBe('plan.invalid');
    expect(error.message).toMatch(says);
  });

  test('a plan that does not exist', async () => {
    const error = await failureOf(loadPlan(join(folder, 'nothing.yaml'), { roots: [] }));
    expect(error).toMatchObject({ code: 'plan.not-found', message: expect.stringContaining('nothing.yaml') });
  });

  test('a candidate.yaml with a mistake names that file', async () => {
    writeFileSync(join(folder, 'candidates', 'one', 'candidate.yaml'), 'name: one\nstart: {}\n');
    const error = await failureOf(load(valid));
    expect(error.code).toBe('candidate.invalid');
    expect(error.message).toMatch(/one\/candidate\.yaml:\d+:\d+: /);
  });

  test('a flag with a mistake names the command line', async () => {
    expect(await failureOf(load(valid, { duration: 'long' }))).toMatchObject({
      code: 'usage.invalid',
      message: expect.stringMatching(/the command line:.*duration: must be a duration/),
    });
    expect((await failureOf(load(valid, { only: ['nobody'] }))).message).toContain('the plan has one, two');
  });
});
