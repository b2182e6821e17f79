import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { writeCandidate } from '../support/race-folder.ts';
import { runPitwall, startPitwall } from '../support/run-pitwall.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'loading-'));
  mkdirSync(join(folder, 'tmp'));
  writeCandidate(folder, 'one', 'items-server.cjs', {});
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const writePlan = (module: string): string => {
  mkdirSync(join(folder, 'items'));
  writeFileSync(join(folder, 'items', 'schema.sql'), '');
  writeFileSync(join(folder, 'items', 'items.mjs'), module);
  writeFileSync(
    join(folder, 'items', 'workload.yaml'),
    'name: items\nabout: x\nschema: schema.sql\nmodule: items.mjs\nscale: 1\n',
  );
  writeFileSync(join(folder, 'plan.yaml'), 'workload: ./items\ncandidates: [./candidates/one]\n');
  return join(folder, 'plan.yaml');
};

const race = (module: string) =>
  [
    ['race', writePlan(module), '--results', join(folder, 'results')],
    { env: { TMPDIR: join(folder, 'tmp') } },
  ] as const;

describe('while a plan loads', () => {
  test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('%s ends it, however busy its module is', async (signal) => {
    const running = startPitwall(...race("process.stderr.write('busy\\n'); for (;;);"));
    await running.saw('busy');
    running.child.kill(signal);
    await running.exited;
    expect(running.child.signalCode).toBe(signal);
    expect(readdirSync(join(folder, 'tmp'))).toEqual([]);
  });

  test.each([
    { name: 'ends the process', module: 'process.exit(0);', says: /items\.mjs ended the program with code 0/ },
    {
      name: 'waits for what never comes',
      module: 'await new Promise(() => {});',
      says: /items\.mjs never comes to an end/,
    },
  ])('a module that $name is named, with exit code 2', async ({ module, says }) => {
    const { code, stderr } = await runPitwall(...race(module));
    expect(stderr).toMatch(says);
    expect(code).toBe(2);
  });
});
