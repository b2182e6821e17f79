import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { loadPlan, type PlanEntry } from '../../src/plan/index.ts';
import { repository, writeCandidate } from '../support/race-folder.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sweep-test-'));
  writeCandidate(folder, 'one', 'items-server.cjs', {});
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Line 3 says `sweep:`; what is given begins in line 4. */
const load = async (...sweep: readonly string[]): Promise<readonly PlanEntry[]> => {
  const file = join(folder, 'plans', 'mine.yaml');
  mkdirSync(join(folder, 'plans'), { recursive: true });
  const workload = join(repository, 'test', 'fixtures', 'workloads', 'items');
  const lines = [`workload: ${workload}`, 'candidates: [one]', 'sweep:', ...sweep.map((line) => `  ${line}`)];
  writeFileSync(file, lines.join('\n'));
  return (await loadPlan(file, { roots: [folder] })).entries;
};

describe('each point has conditions of its own', () => {
  test('every combination is a point', async () => {
    const entries = await load('connections: [10, 20]', 'proxy.maxconn: [5]', 'settings.pool: [2, 3]');
    expect(entries.map(({ name, settings, conditions }) => [name, settings.pool, conditions.connections])).toEqual([
      ['one, connections 10, maxconn 5, pool 2', 2, 10],
      ['one, connections 10, maxconn 5, pool 3', 3, 10],
      ['one, connections 20, maxconn 5, pool 2', 2, 20],
      ['one, connections 20, maxconn 5, pool 3', 3, 20],
    ]);
    expect(new Set(entries.map(({ conditions }) => conditions.proxy?.maxconn))).toEqual(new Set([5]));
  });

  test('a component’s processors and its priority are told apart in the name', async () => {
    const [entry] = await load("cpus.candidate: ['0']", 'nice.candidate: [5]', 'links.server-database: [4ms]');
    expect(entry!.name).toBe('one, candidate cpus 0, candidate nice 5, server-database 4ms');
  });

  test.each([
    { sweep: "cpus.candidate: ['0', '0-1']", there: { placements: { candidate: { cpus: '0-1' } } } },
    { sweep: 'nice.load: [-5, 5]', there: { placements: { load: { nice: 5 } } } },
    { sweep: 'duration: [1s, 2s]', there: { durationMs: 2_000 } },
    { sweep: 'warmup: [1s, 2s]', there: { warmupMs: 2_000 } },
    { sweep: 'settle: [10s, 20s]', there: { settleMs: 20_000 } },
    { sweep: 'timeout: [1s, 2s]', there: { timeoutMs: 2_000 } },
    { sweep: 'startTimeout: [1s, 2s]', there: { startTimeoutMs: 2_000 } },
    { sweep: 'sample: [0, 0.5]', there: { sampleRatio: 0.5 } },
    { sweep: 'pooler: [false]', there: { pooler: undefined } },
    { sweep: 'pooler.connections: [3, 4]', there: { pooler: { connections: 4 } } },
    { sweep: 'links.server-database: [0ms, 4ms]', there: { links: { 'server-database': { rttMs: 4 } } } },
    { sweep: 'instruments.database: [true, false]', there: { instruments: { database: false, proxy: true } } },
    { sweep: 'tap: [off, rounds]', there: { tap: 'rounds' } },
    { sweep: 'calibration.requests: [5, 6]', there: { calibration: { requests: 6 } } },
  ])('$sweep', async ({ sweep, there }) => {
    expect((await load(sweep)).at(-1)!.conditions).toMatchObject(there);
  });
});

describe('what cannot be swept is refused with its line', () => {
  test.each([
    'seed',
    'blocks',
    'maxBlocks',
    'precision',
    'retries',
    'hosts',
    'prices',
    'prices.server',
    'latencyTarget',
    'latencyTarget.p99',
    'name',
    'about',
    'workload',
    'scale',
    'candidates',
    'sweep',
    'cpus',
    'cpus.nobody',
    'links',
    'settings',
    'settings.memory',
    'conections',
    'proxy.maxconn.x',
    '__proto__',
    '__proto__.x',
    'constructor.prototype.x',
  ])('%s', async (key) => {
    await expect(load('connections: [1, 2]', `${key}: [1]`)).rejects.toMatchObject({
      code: 'plan.invalid',
      message: expect.stringMatching(
        new RegExp(`/mine\\.yaml:5:\\d+: sweep\\.${key.replaceAll('.', '\\.')}: cannot be swept\\. What a round is`),
      ),
    });
    expect(({} as Record<string, unknown>)['x']).toBeUndefined();
  });

  test.each(['cpus.database', 'nice.database'])('%s, since one database serves the whole race', async (key) => {
    await expect(load(`${key}: ['1']`)).rejects.toMatchObject({
      message: expect.stringMatching(/mine\.yaml:4:\d+: sweep\..*: cannot be swept: the database is started once/),
    });
  });

  test.each([
    { sweep: ['connections: [10, 10]'], at: '4:21', says: 'connections: 10 stands there twice' },
    { sweep: ['connections:', '  - 10', '  - 20', '  - 10'], at: '7:7', says: 'connections: 10 stands there twice' },
    { sweep: ['pooler: [false, false]'], at: '4:19', says: 'pooler: false stands there twice' },
    { sweep: ['connections: [1, 2, 0]'], at: '4:23', says: 'connections: Too small' },
    { sweep: ['connections: [1]', 'duration: [1s, soon]'], at: '5:18', says: 'duration: must be a duration' },
    { sweep: ['proxy: [1]'], at: '4:11', says: 'proxy: must be false' },
    { sweep: ['settings.pool: [1, 2.5]'], at: '4:22', says: 'settings.pool: 2.5 is not a whole number from 1' },
    { sweep: ['proxy: [false]', 'proxy.maxconn: [5]'], at: '5:19', says: 'proxy.maxconn: there is nothing' },
    { sweep: ['links.proxy-server.rtt: [1ms]'], at: '4:28', says: 'links.proxy-server.rtt: there is nothing' },
  ])('$sweep', async ({ sweep, at, says }) => {
    await expect(load(...sweep)).rejects.toMatchObject({
      code: 'plan.invalid',
      message: expect.stringContaining(`mine.yaml:${at}: sweep.${says}`),
    });
  });
});
