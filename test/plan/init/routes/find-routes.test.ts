import { expect, test } from 'vitest';
import { findApp } from '../../../../src/plan/index.ts';
import { makeApp } from '../app-folders.ts';

const node = { 'package.json': '{"scripts": {"start": "node x.js"}}' };
const pathsOf = (files: Readonly<Record<string, string>>): readonly string[] => {
  using app = makeApp(files);
  return findApp(app.folder)!.routes.map(({ path }) => path);
};

test('an OpenAPI document is asked first: what needs no parameter, or has examples, comes before what needs a login', () => {
  const document = `
openapi: 3.1.0
servers: [{ url: https://api.example/v2 }]
paths:
  /me: { get: { security: [{ bearer: [] }] } }
  /items/{id}: { get: {} }
  /search:
    get: { parameters: [{ name: q, in: query, required: true, schema: { type: string, example: a b } }] }
  /needs: { get: { parameters: [{ name: q, in: query, required: true }] } }
  /items: { get: { parameters: [{ name: limit, in: query }] }, post: {} }
`;
  const files = { ...node, 'docs/openapi.yaml': document, 'x.js': `app.get('/other', f)` };
  expect(pathsOf(files)).toEqual(['/v2/search?q=a+b', '/v2/items', '/v2/me']);
});

test.each([
  { what: 'no document at all', text: '[' },
  { what: 'a document without paths', text: '{}' },
  { what: 'one that nests without end', text: '['.repeat(5_000) },
])('$what leaves the sources', ({ text }) => {
  expect(pathsOf({ ...node, 'openapi.json': text, 'x.js': `app.get('/items', f)` })).toEqual(['/items']);
});

test('routers are found under the paths that they are mounted at, through several files', () => {
  const files = {
    ...node,
    'x.js': `import api from './api/index.js';\napp.use('/api', api);\napp.get('/health', f);`,
    'api/index.js': `const items = require('./items');\nrouter.use('/items', auth.optional, items);`,
    'api/items.js': `router.get('/', f);\nrouter.get('/mine', requireAuth, f);\nrouter.get(\n  '/stock',\n  auth.optional,\n  async (request) => {});`,
  };
  expect(pathsOf(files)).toEqual(['/api/items', '/api/items/stock', '/health', '/api/items/mine']);
});

test('tests and packages are no sources', () => {
  const text = `app.get('/x', f)`;
  expect(pathsOf({ ...node, 'x.js': '', 'node_modules/a/x.js': text, 'test/x.js': text })).toEqual([]);
});
