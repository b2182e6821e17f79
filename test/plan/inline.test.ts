import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { loadPlan } from '../../src/plan/index.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'inline-plan-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const load = (text: string) => {
  writeFileSync(join(folder, 'pitwall.yaml'), text);
  return loadPlan(join(folder, 'pitwall.yaml'), { roots: [] });
};

test('a plan may hold its app and its requests', async () => {
  mkdirSync(join(folder, 'api'));
  const { entries, workload } = await load(`
workload:
  requests:
    - GET /items?limit=10
    - { method: POST, path: /items, body: { title: New }, weight: 0.5 }
    - { path: /raw, headers: { Accept: text/plain }, body: text }
candidates:
  - name: shop
    start: { command: [node, x.js], env: { A: a, B: b } }
    env: { B: c }
  - { name: api, path: api, start: { command: [./api] }, language: go }
  - { use: shop, as: shop-cached, env: { CACHE: 'on' }, settings: { pool: 3 } }
`);
  expect(workload.data.requests).toEqual([
    { method: 'GET', path: '/items?limit=10', headers: {} },
    {
      method: 'POST',
      path: '/items',
      headers: { 'content-type': 'application/json' },
      body: '{"title":"New"}',
      weight: 0.5,
    },
    { method: 'GET', path: '/raw', headers: { Accept: 'text/plain' }, body: 'text' },
  ]);
  expect(workload.recorded).toEqual({ contract: 'enforce', ignore: [] });
  const seen = entries.map(({ name, settings, candidate }) => [
    name,
    candidate.folder,
    candidate.start.env,
    settings,
    candidate.language,
  ]);
  expect(seen).toEqual([
    ['shop', folder, { A: 'a', B: 'c' }, {}, 'unknown'],
    ['api', join(folder, 'api'), {}, {}, 'go'],
    ['shop-cached', folder, { A: 'a', B: 'c', CACHE: 'on' }, { pool: 3 }, 'unknown'],
  ]);
});

const app = 'candidates: [{ name: shop, start: { command: [node, x.js] } }]';
test.each([
  {
    what: 'a wrong key of an app',
    text: 'workload: {requests: [GET /]}\ncandidates:\n  - name: shop\n    comand: [x]\n    start: {command: [x]}',
    says: /yaml:4:5: candidates\.0: unknown key "comand"\. Allowed here: about, .*start/,
  },
  {
    what: 'an app without a command',
    text: 'workload: {requests: [GET /]}\ncandidates:\n  - name: shop',
    says: /yaml:3:5: candidates\.0\.start: is missing/,
  },
  {
    what: 'a command of nothing',
    text: 'workload: {requests: [GET /]}\ncandidates:\n  - name: shop\n    start:\n      command: []',
    says: /yaml:5:16: candidates\.0\.start\.command: /,
  },
  {
    what: 'a folder that is not there',
    text: 'workload: {requests: [GET /]}\ncandidates:\n  - {name: shop, path: ./none, start: {command: [x]}}',
    says: /yaml:3:5: path: .*none is no folder/,
  },
  {
    what: 'no request',
    text: `${app}\nworkload:\n  requests: []`,
    says: /yaml:3:13: workload\.requests: must have a request such as/,
  },
  {
    what: 'a request that is no line',
    text: `${app}\nworkload:\n  requests:\n    - /items`,
    says: /yaml:4:7: workload\.requests\.0: must be a method and a path/,
  },
  {
    what: 'a path with a space',
    text: `${app}\nworkload:\n  requests:\n    - {path: /a b}`,
    says: /yaml:4:14: workload\.requests\.0\.path: must begin with \/ and hold no spaces/,
  },
  {
    what: 'a header that is none',
    text: `${app}\nworkload:\n  requests:\n    - {path: /, headers: {'a b': c}}`,
    says: /headers/,
  },
  {
    what: 'header for headers',
    text: `${app}\nworkload:\n  requests:\n    - {path: /, header: {a: c}}`,
    says: /yaml:4:17: workload\.requests\.0: unknown key "header"/,
  },
  {
    what: 'a list for a workload',
    text: `${app}\nworkload: [GET /]`,
    says: /workload: must be a name or path, or \{requests, \.\.\.\}/,
  },
  {
    what: 'a size of nothing',
    text: `${app}\nscale: 3\nworkload: {requests: [GET /]}`,
    says: /yaml:2:8: scale goes with a workload that has a module/,
  },
  {
    what: 'a candidate that is a number',
    text: 'workload: {requests: [GET /]}\ncandidates: [5]',
    says: /candidates\.0: must be a name or path, \{use.*or an app/,
  },
])('$what is an error with its line', async ({ text, says }) => {
  await expect(load(text)).rejects.toMatchObject({
    code: 'plan.invalid',
    message: expect.stringMatching(says) as string,
  });
});
