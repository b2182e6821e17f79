import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadPlan } from '../../src/plan/index.ts';

const docsFolder = join(import.meta.dirname, '../../docs');
const fileBlock = /^`((?:candidates|workloads|plans)\/[^`]+)`\n\n```\w+\n(.*?)^```/gms;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pitwall-docs-'));
  for (const page of ['candidates.md', 'workloads.md']) {
    for (const [, path, content] of (await readFile(join(docsFolder, page), 'utf8')).matchAll(fileBlock)) {
      await mkdir(dirname(join(folder, path!)), { recursive: true });
      await writeFile(join(folder, path!), content!);
    }
  }
});
afterAll(() => rm(folder, { recursive: true }));

test('the candidate, the workload and the plan that the manual writes are valid', async () => {
  const { entries, workload } = await loadPlan(join(folder, 'plans/hello.yaml'), { roots: [folder] });
  expect(entries.map((entry) => entry.name)).toEqual(['hello', 'hello-pool-2']);
  expect(workload.data.tables).toHaveLength(1);
  expect(workload.data.tables[0]!.rows).toHaveLength(workload.scale);
});

test('the contract that the manual writes tells a right answer from a wrong one', async () => {
  const { workload } = await loadPlan(join(folder, 'plans/hello.yaml'), { roots: [folder] });
  const answer = (value: unknown) => ({ status: 200, headers: {}, body: Buffer.from(JSON.stringify(value)) });
  const [first] = workload.data.tables[0]!.rows;
  expect(workload.data.checkAnswer(0, answer(first))).toBeUndefined();
  expect(workload.data.checkAnswer(0, answer({ ...first, text: 'no' }))?.path).toBe('$.text');
  expect(workload.data.checkAnswer(0, { ...answer(first), status: 500 })?.path).toBe('status');
});

test.each('name about schema module scale seed'.split(' '))(
  'the manual explains the key %s of workload.yaml',
  async (key) => {
    expect(await readFile(join(docsFolder, 'workloads.md'), 'utf8')).toContain(`| \`${key}\` |`);
  },
);
