import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parse } from 'yaml';
import { PitwallError } from '../../src/base/index.ts';
import { loadPlan } from '../../src/plan/index.ts';
import { createRandom } from '../../src/stats/index.ts';
import { mutate } from '../support/mutate.ts';
import { repository, writeCandidate } from '../support/race-folder.ts';

/** FUZZ_FILES=10000 looks further; the seed keeps the ordinary run the same for everybody. */
const files = Number(process.env['FUZZ_FILES'] ?? 100);
const seed = Number(process.env['FUZZ_SEED'] ?? 7);
/** Beyond what a run begins with: what is read is bounded, whatever it says. */
const mostGrowthMib = 300;

let folder: string;
const items = join(repository, 'test', 'fixtures', 'workloads', 'items');
const plan = {
  about: 'Mutated.',
  workload: './workload',
  candidates: ['./candidates/one', { use: './candidates/two', as: 'other', settings: { pool: 8 } }],
  sweep: { connections: [10, 20], 'settings.pool': [2, 4] },
  blocks: 4,
  precision: '2%',
  maxBlocks: 9,
  retries: 2,
  duration: '3s',
  warmup: '1s',
  seed: 3,
  connections: 20,
  timeout: '2s',
  proxy: { maxconn: 20 },
  pooler: { connections: 10 },
  links: { 'server-database': { rtt: '1ms' } },
  tap: 'calibration',
  latencyTarget: { p99: '50ms' },
  prices: { server: 20 },
};
const workload = { ...parse(readFileSync(join(items, 'workload.yaml'), 'utf8')) };
const originals: Record<string, object> = {};

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'plan-mutants-'));
  for (const name of ['one', 'two']) writeCandidate(folder, name, 'items-server.cjs', {});
  for (const key of ['schema', 'module']) workload[key] = join(items, workload[key]);
  originals['plan.yaml'] = plan;
  originals['candidates/one/candidate.yaml'] = {
    ...JSON.parse(readFileSync(join(folder, 'candidates/one/candidate.yaml'), 'utf8')),
    prepare: [['true']],
    roundTrips: { direct: 3, pooled: 2 },
  };
  originals['workload/workload.yaml'] = workload;
  originals['inline.yaml'] = {
    workload: {
      name: 'one-file',
      requests: ['GET /items', { method: 'POST', path: '/items', headers: { a: 'b' }, body: { a: [1] }, weight: 2 }],
      contract: 'report',
      ignore: ['$.time'],
    },
    candidates: [
      {
        name: 'here',
        path: 'candidates/one',
        start: { command: ['node', 'x'], env: { A: '{port}' } },
        env: { B: 'x' },
      },
      { use: 'here', as: 'there', env: { B: 'y' } },
    ],
    blocks: 2,
  };
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('what is mutated below is right before it is', async () => {
  writeAll();
  await loadPlan(join(folder, 'plan.yaml'), { roots: [folder] });
});

const writeAll = (): void => {
  mkdirSync(join(folder, 'workload'), { recursive: true });
  for (const [name, value] of Object.entries(originals))
    writeFileSync(join(folder, name), JSON.stringify(value, null, 2));
};

test.each([['plan.yaml'], ['inline.yaml'], ['candidates/one/candidate.yaml'], ['workload/workload.yaml']])(
  `${files} mutants of %s are right or one error with file and line`,
  async (name) => {
    writeAll();
    const random = createRandom(seed);
    const before = process.memoryUsage().rss;
    let refused = 0;
    for (let index = 0; index < files; index += 1) {
      const text = JSON.stringify(mutate(originals[name]!, random), null, 2);
      writeFileSync(join(folder, name), text);
      const error = await loadPlan(join(folder, name === 'inline.yaml' ? name : 'plan.yaml'), { roots: [folder] }).then(
        () => undefined,
        (thrown: unknown) => thrown,
      );
      if (error === undefined) continue;
      refused += 1;
      const about = `mutant ${index} of seed ${seed}: ${text.slice(0, 3_000)}`;
      if (!(error instanceof PitwallError)) throw new Error(about, { cause: error });
      expect(error.code, about).toMatch(/^(plan|candidate|workload)\./);
      expect(error.message, about).toMatch(/\.(yaml|ts|sql)(:\d+:\d+)?: |\.yaml:\d+:\d+/);
      expect(error.message.length, about).toBeLessThan(5_000);
    }
    expect(refused).toBeGreaterThan(files / 4);
    expect((process.memoryUsage().rss - before) / 2 ** 20).toBeLessThan(mostGrowthMib);
  },
  3_600_000,
);
