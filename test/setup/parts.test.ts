import { expect, test } from 'vitest';
import { loadPlan } from '../../src/plan/index.ts';
import {
  allParts,
  findMissing,
  installCommand,
  listCommandParts,
  listPlanParts,
  parts,
} from '../../src/setup/index.ts';
import { repository } from '../support/race-folder.ts';

test('the default race uses a proxy, a pooler, Python and Rust with a linker and OpenSSL', async () => {
  const plan = await loadPlan(`${repository}/plans/original-short.yaml`, { roots: [repository] });
  expect([...listPlanParts(plan)].sort()).toEqual(
    ['haproxy', 'pgbouncer', 'python', 'cargo', 'c-compiler', 'pkg-config', 'openssl-headers'].sort(),
  );
});

test('a plan without proxy and pooler whose servers need Node alone uses nothing', () => {
  const entries = [{ candidate: { requires: ['node', 'npm', 'constructor'] } }];
  const plan = { proxy: undefined, pooler: undefined, hosts: 'local', entries } as unknown as Parameters<
    typeof listPlanParts
  >[0];
  expect(listPlanParts(plan)).toEqual([]);
  expect(listPlanParts({ ...plan, hosts: 'namespaces' })).toEqual(['ip', 'ping']);
});

test('a Python without venv is no whole Python', async () => {
  const python = { which: async () => '/usr/bin/python3', run: async () => {} };
  const lookIn = (answer: string | undefined) =>
    findMissing(listCommandParts(['python3']), { host: { ...python, capture: async () => answer }, env: {} });
  expect((await lookIn(undefined)).map(({ title }) => title)).toEqual(['Python with venv']);
  expect(await lookIn('')).toEqual([]);
});

test('a build that an environment variable names is never looked for, and never replaced', async () => {
  const host = { which: async () => undefined, run: async () => {}, capture: async () => undefined };
  expect(await findMissing(['haproxy'], { host, env: { PITWALL_HAPROXY: '/opt/haproxy' } })).toEqual([]);
  expect(await findMissing(['haproxy'], { host, env: { PITWALL_HAPROXY: '' } })).toHaveLength(1);
});

test('every part has a command that installs it by hand', () => {
  for (const name of allParts) {
    expect(parts[name].name).toBe(name);
    expect(installCommand(name)).toMatch(/^sudo apt-get install -y [a-z0-9]/);
  }
});
