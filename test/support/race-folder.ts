import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

export const repository = resolve(import.meta.dirname, '..', '..');
const fixtures = join(repository, 'test', 'fixtures');

/** A fault that test/fixtures/candidates/items-server.cjs knows, or none. */
export type Fault =
  | 'none'
  | 'lies'
  | 'lies-under-load'
  | 'dies-at-start'
  | 'dies-under-load'
  | 'fails-now-and-then'
  | 'fails-once'
  | 'hangs-once'
  | 'leaks'
  | 'port-taken'
  | 'answers-ready-only'
  | 'floods'
  | 'leaves-a-child'
  | 'snoops'
  | 'never-ready';

export interface RaceFolder extends Disposable {
  readonly folder: string;
  readonly plan: string;
  /** TMPDIR of the pitwall under test, so that what it leaves behind can be counted. */
  readonly tmp: string;
  readonly results: string;
}

/** A plan on the small `items` workload with candidates that have the given faults. */
export const makeRaceFolder = (
  faults: Readonly<Record<string, Fault>>,
  plan: Readonly<Record<string, unknown>> = {},
): RaceFolder => {
  const folder = mkdtempSync(join(tmpdir(), 'race-test-'));
  // The database's own user must get through to TMPDIR below it, and candidates write down what they did.
  chmodSync(folder, 0o1777);
  for (const [name, fault] of Object.entries(faults)) writeItemsCandidate(folder, name, fault);
  const tmp = join(folder, 'tmp');
  mkdirSync(tmp);
  const file = join(folder, 'plan.yaml');
  const content = {
    workload: join(fixtures, 'workloads', 'items'),
    candidates: Object.keys(faults).map((name) => `./candidates/${name}`),
    blocks: 2,
    duration: '700ms',
    warmup: '200ms',
    connections: 4,
    sample: 0.2,
    tap: 'off',
    ...plan,
  };
  writeFileSync(file, JSON.stringify(content, null, 2));
  return {
    folder,
    plan: file,
    tmp,
    results: join(folder, 'results'),
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  };
};

const writeItemsCandidate = (folder: string, name: string, fault: Fault): void =>
  writeCandidate(folder, name, 'items-server.cjs', { FAULT: fault, FAULT_FILE: join(folder, `${name}.fault`) });

/** Where every user can read `pg`: what runs before the tests copies it there. */
export const sharedModules = process.env['PITWALL_TEST_MODULES'] ?? join(repository, 'node_modules');

/** A candidate whose server is one file of test/fixtures/candidates, with `pg` to require. */
export const writeCandidate = (
  folder: string,
  name: string,
  server: string,
  env: Readonly<Record<string, string>>,
  settings: Readonly<Record<string, number>> = { pool: 4 },
): void => {
  const target = join(folder, 'candidates', name);
  mkdirSync(target, { recursive: true });
  copyFileSync(join(fixtures, 'candidates', server), join(target, server));
  const candidate = {
    name,
    about: 'A server for tests.',
    language: 'javascript',
    requires: ['node'],
    start: { command: ['node', server], env: { ...env, NODE_PATH: sharedModules } },
    settings,
    readyPath: '/ready',
  };
  writeFileSync(join(target, 'candidate.yaml'), JSON.stringify(candidate, null, 2));
};
