import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
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

const numbers = (first: number, last: number): string =>
  Array.from({ length: last - first + 1 }, (_, index) => first + index).join(', ');

/** Writes a plan of these lines beside the candidates and loads it. */
const load = (lines: readonly string[], overrides: PlanOverrides = {}) => {
  const file = join(folder, 'plans', 'mine.yaml');
  mkdirSync(join(folder, 'plans'), { recursive: true });
  const workload = join(repository, 'test', 'fixtures', 'workloads', 'items');
  writeFileSync(file, lines.join('\n').replace('../items', workload));
  return loadPlan(file, { overrides, roots: [folder] });
};

const describeFailure = async (promise: Promise<unknown>): Promise<PitwallError> => {
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

describe('where a plan is looked for', () => {
  const write = (root: string, lines: readonly string[]): void => {
    mkdirSync(join(root, 'plans'), { recursive: true });
    const workload = join(repository, 'test', 'fixtures', 'workloads', 'items');
    writeFileSync(join(root, 'plans', 'told.yaml'), [`workload: ${workload}`, ...lines].join('\n'));
  };

  test('a relative path that leads nowhere from the working folder is looked up in each root, the first one first', async () => {
    write(folder, ['candidates: [one]']);
    const other = join(folder, 'other');
    write(other, ['candidates: [two]']);
    const namesFrom = async (...roots: string[]) =>
      (await loadPlan('plans/told.yaml', { roots })).entries.map(({ name }) => name);
    expect(await namesFrom(folder, other)).toEqual(['one']);
    expect(await namesFrom(other, folder)).toEqual(['two']);
    expect(await namesFrom(join(folder, 'no-such-folder'), folder)).toEqual(['one']);
  });

  test('a path from the working folder comes before every root', async () => {
    write(folder, ['candidates: [one]']);
    const here = relative(process.cwd(), join(folder, 'plans', 'told.yaml'));
    expect((await loadPlan(here, { roots: [join(folder, 'other'), folder] })).file).toBe(here);
  });

  test('an absolute path is looked for nowhere else', async () => {
    write(folder, ['candidates: [one]']);
    const error = await describeFailure(loadPlan('/plans/told.yaml', { roots: [folder] }));
    expect(error).toMatchObject({
      code: 'plan.not-found',
      message: 'There is no plan /plans/told.yaml; looked in /plans.',
    });
  });

  test('where there is none, the error names every folder that was searched, once', async () => {
    const error = await describeFailure(loadPlan('plans/none.yaml', { roots: [process.cwd(), folder] }));
    const folders = `${join(process.cwd(), 'plans')}, ${join(folder, 'plans')}`;
    expect(error.message).toBe(`There is no plan plans/none.yaml; looked in ${folders}.`);
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
    {
      name: 'a candidate that does not exist, with its place',
      lines: [valid[0]!, 'candidates: [one, three]'],
      says: /mine\.yaml:2:19: candidate "three" does not exist/,
    },
    {
      name: 'two names that make one file name',
      lines: [valid[0]!, 'candidates: [{use: one, as: a/b}, {use: two, as: a-b}]'],
      says: /mine\.yaml:2:35: a-b and a\/b would share their files/,
    },
    { name: 'no time', lines: [...valid, 'duration: 0s'], says: /mine\.yaml:3:11: duration: must be from 100ms to/ },
    {
      name: 'a life time',
      lines: [...valid, 'duration: 99999999999h'],
      says: /mine\.yaml:3:11: duration: must be from/,
    },
    { name: 'no patience', lines: [...valid, 'timeout: 0s'], says: /mine\.yaml:3:10: timeout: must be from 1ms/ },
    {
      name: 'a wire that carries nothing',
      lines: [...valid, 'links: {client-proxy: {rtt: 1ms, rate: 0bit/s}}'],
      says: /mine\.yaml:3:\d+: links\.client-proxy/,
    },
    { name: 'more data than memory', lines: [...valid, 'scale: 500000000'], says: /mine\.yaml:3:8: scale: .*10000000/ },
    {
      name: 'a sweep of ten million points',
      lines: [...valid, `sweep: {connections: [${numbers(1, 3_000)}], proxy.maxconn: [${numbers(1, 3_000)}]}`],
      says: /mine\.yaml:3:8: 9000000 points of 2 candidates are more than 1000 entries/,
    },
    { name: 'an alias of nothing', lines: [...valid, 'about: *nothing'], says: /mine\.yaml.*nothing/ },
    {
      name: 'a bomb of aliases',
      lines: [
        ...valid,
        `x0: &x0 [${'1,'.repeat(20)}1]`,
        ...Array.from({ length: 9 }, (_, n) => `x${n + 1}: &x${n + 1} [${`*x${n},`.repeat(20)}*x${n}]`),
      ],
      says: /mine\.yaml: .*alias/i,
    },
    ...[1_000, 20_000].map((depth) => ({
      name: `lists within lists, ${depth} deep`,
      lines: [...valid, `about: ${'['.repeat(depth)}${']'.repeat(depth)}`],
      says: /mine\.yaml.*(nested too deeply|about: )/,
    })),
    {
      name: 'braces that are never closed',
      lines: [...valid, `about: ${'{'.repeat(16_384)}`],
      says: /mine\.yaml: nested too deeply/,
    },
  ])('$name', async ({ lines, says }) => {
    const error = await describeFailure(load(lines));
    expect(error.code).toBe('plan.invalid');
    expect(error.message).toMatch(says);
  });

  test('a plan that does not exist', async () => {
    const error = await describeFailure(loadPlan(join(folder, 'nothing.yaml'), { roots: [] }));
    expect(error).toMatchObject({ code: 'plan.not-found', message: expect.stringContaining('nothing.yaml') });
  });

  test('a candidate.yaml with a mistake names that file', async () => {
    writeFileSync(join(folder, 'candidates', 'one', 'candidate.yaml'), 'name: one\nstart: {}\n');
    const error = await describeFailure(load(valid));
    expect(error.code).toBe('candidate.invalid');
    expect(error.message).toMatch(/one\/candidate\.yaml:\d+:\d+: /);
  });

  test('a flag with a mistake names the command line', async () => {
    expect(await describeFailure(load(valid, { duration: 'long' }))).toMatchObject({
      code: 'usage.invalid',
      message: expect.stringMatching(/the command line:.*duration: must be a duration/),
    });
    expect((await describeFailure(load(valid, { only: ['nobody'] }))).message).toContain('the plan has one, two');
  });
});

describe('a file that is none', () => {
  test.each([
    { name: 'a pipe that nobody writes to', make: (file: string) => void execFileSync('mkfifo', [file]) },
    { name: 'a device without an end', make: (file: string) => symlinkSync('/dev/zero', file) },
    { name: 'a folder', make: (file: string) => mkdirSync(file) },
    { name: 'a file too large for a plan', make: (file: string) => writeFileSync(file, '#'.repeat(2 ** 20 + 1)) },
  ])('is refused at once: $name', async ({ make }) => {
    const file = join(folder, 'odd.yaml');
    make(file);
    const error = await describeFailure(loadPlan(file, { roots: [folder] }));
    expect(error).toMatchObject({ code: 'plan.invalid', message: `${file}: cannot be read.` });
    expect((error.cause as Error).message).toMatch(/no regular file|longer than 1 MiB/);
  });
});

describe('a workload whose module is wrong', () => {
  const probe = "{ name: 'p', request: { method: 'GET', path: '/', headers: {} }, check: () => undefined }";
  const good = `{ tables: [], requests: [{ method: 'GET', path: '/', headers: {} }], probes: [${probe}], checkAnswer: () => undefined }`;
  const loadWith = (module: string) => {
    mkdirSync(join(folder, 'items'));
    writeFileSync(join(folder, 'items', 'schema.sql'), '');
    writeFileSync(
      join(folder, 'items', 'workload.yaml'),
      'name: items\nabout: x\nschema: schema.sql\nmodule: items.mjs\nscale: 1\n',
    );
    writeFileSync(join(folder, 'items', 'items.mjs'), module);
    const file = join(folder, 'plan.yaml');
    writeFileSync(file, 'workload: ./items\ncandidates: [one]\n');
    return loadPlan(file, { roots: [folder] });
  };

  test.each([
    { name: 'gives nothing', module: 'export default () => undefined;', says: /what its default export gives: / },
    { name: 'exports nothing', module: 'export const data = 1;', says: /default export is not a function/ },
    {
      name: 'has no requests',
      module: `export default () => ({ ...(${good}), requests: [] });`,
      says: /requests: must have/,
    },
    {
      name: 'has rows of nothing',
      module: `export default () => ({ ...(${good}), tables: [{ table: 't' }] });`,
      says: /tables\.0\.rows: /,
    },
    {
      name: 'has no check',
      module: `export default () => ({ ...(${good}), checkAnswer: 1 });`,
      says: /checkAnswer: must be a function/,
    },
    { name: 'throws', module: "export default () => { throw new Error('no luck'); };", says: /items\.mjs: no luck/ },
    { name: 'has a mistake', module: 'export default () => {', says: /items\.mjs: / },
  ])('says what: it $name', async ({ module, says }) => {
    expect(await describeFailure(loadWith(module))).toMatchObject({
      code: 'workload.invalid',
      message: expect.stringMatching(says),
    });
  });

  test('may take its time to make the data', async () => {
    expect((await loadWith(`export default async () => (${good});`)).workload.data.requests).toHaveLength(1);
  });
});
