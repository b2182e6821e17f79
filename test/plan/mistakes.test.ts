import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadPlan } from '../../src/plan/index.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'plan-mistakes-'));
  mkdirSync(join(folder, 'workload'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const describeFailure = async (plan: string, workload = ''): Promise<string> => {
  writeFileSync(join(folder, 'plan.yaml'), plan);
  writeFileSync(join(folder, 'workload', 'workload.yaml'), workload);
  return await loadPlan(join(folder, 'plan.yaml'), { roots: [folder] }).then(
    () => 'nothing',
    (error: Error) => error.message,
  );
};

const workload = (module: string) => `name: w\nabout: x\nschema: none.sql\nmodule: ${module}\nscale: 1\n`;

test('mistakes of candidates and of the workload are told together, each with its place', async () => {
  const message = await describeFailure('workload: ./workload\ncandidates: [one, ./two]\n', workload('none.mjs'));
  expect(message).toContain('plan.yaml:2:14: candidate "one" does not exist');
  expect(message).toContain('plan.yaml:2:19: candidate "./two" does not exist');
  expect(message).toMatch(/workload\.yaml:3:9: schema .*none\.sql cannot be read/);
});

test('a module that is not there, is a folder or fails has the line that names it', async () => {
  const plan = 'workload: ./workload\ncandidates: [one]\n';
  const withModule = (name: string) => workload(name).replace('none.sql', 'workload.yaml');
  expect(await describeFailure(plan, withModule('none.mjs'))).toMatch(/yaml:4:9: module .*none\.mjs cannot be read\./);
  expect(await describeFailure(plan, withModule('.'))).toMatch(/yaml:4:9: module .*workload is no file\./);
  writeFileSync(join(folder, 'workload', 'long.mjs'), `throw new Error('${'long '.repeat(10_000)}');\n`);
  const failed = await describeFailure(plan, withModule('long.mjs'));
  expect(failed).toMatch(/yaml:4:9: module .*long\.mjs: long/);
  expect(failed.length).toBeLessThan(3_000);
});

test.each([
  { name: 'a key', plan: `workload: w\ncandidates: [a]\n${'k'.repeat(300_000)}: 1\n` },
  { name: 'ten thousand keys', plan: `workload: w\ncandidates: [a]\n${keys(10_000)}` },
  { name: 'ten thousand mistakes', plan: `workload: w\ncandidates: [${'1, '.repeat(10_000)}1]\n` },
  { name: 'a candidate', plan: `workload: w\ncandidates: [${'a'.repeat(300_000)}]\n` },
  { name: 'an alias', plan: `workload: *${'a'.repeat(300_000)}\n` },
  { name: 'a syntax error', plan: `workload: "${'a'.repeat(300_000)}\n` },
])('$name of any length is quoted in part', async ({ plan }) => {
  const message = await describeFailure(plan);
  expect(message).toContain('plan.yaml');
  expect(message.length).toBeLessThan(5_000);
});

function keys(count: number): string {
  return Array.from({ length: count }, (_, index) => `key${index}: 1\n`).join('');
}
