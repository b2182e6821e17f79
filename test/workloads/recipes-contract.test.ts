import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ContractProbe, WorkloadAnswer } from '../../src/plan/index.ts';
import { createData } from '../../workloads/recipes/data.ts';
import { firstDifference } from '../../workloads/recipes/difference.ts';
import { documentMaker, type RecipeDocument, visibleRecipes } from '../../workloads/recipes/document.ts';
import { otherUserId, testedUserId } from '../../workloads/recipes/people.ts';
import generateRecipes from '../../workloads/recipes/recipes.ts';

const size = { scale: 40, seed: 1 };
const { rows } = createData(size.scale, size.seed);
const documentsOf = (userId: number): RecipeDocument[] => visibleRecipes(rows, userId).map(documentMaker(rows));
const documents = documentsOf(testedUserId);
const workload = generateRecipes(size);

const answerOf = (value: unknown, status = 200, contentType = 'application/json'): WorkloadAnswer => ({
  status,
  headers: { 'content-type': contentType },
  body: Buffer.from(JSON.stringify(value)),
});

const probe = (name: string): ContractProbe => {
  const found = workload.probes.find((candidate) => candidate.name.includes(name));
  if (!found) throw new Error(`no probe is called ${name}`);
  return found;
};

describe('the first difference', () => {
  test.each([
    { name: 'a value', expected: { a: 1 }, actual: { a: 2 }, path: '$.a' },
    { name: 'a type', expected: { a: 1 }, actual: { a: '1' }, path: '$.a' },
    { name: 'null for an empty text', expected: { a: '' }, actual: { a: null }, path: '$.a' },
    { name: 'a key that is missing', expected: { a: 1, b: 2 }, actual: { a: 1 }, path: '$.b' },
    { name: 'null where a key is missing', expected: { a: null }, actual: {}, path: '$.a' },
    { name: 'a key too many', expected: { a: 1 }, actual: { a: 1, b: 2 }, path: '$.b' },
    { name: 'an element missing', expected: [1, 2], actual: [1], path: '$[1]' },
    { name: 'an element too many', expected: [], actual: [1], path: '$[0]' },
    { name: 'an object for a list', expected: { a: [] }, actual: { a: {} }, path: '$.a' },
    { name: 'the first of many', expected: { a: [{ b: 1, c: 2 }] }, actual: { a: [{ c: 9, b: 9 }] }, path: '$.a[0].b' },
    { name: 'a key that is no name', expected: { 'a b': 1 }, actual: { 'a b': 2 }, path: '$["a b"]' },
  ])('names the path of $name', ({ expected, actual, path }) => {
    expect(firstDifference(expected, actual)?.path).toBe(path);
  });

  test('is none between equal values, whatever the order of their keys', () => {
    expect(firstDifference({ a: [1, { b: null }], c: 'é' }, { c: 'é', a: [1, { b: null }] })).toBeUndefined();
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const copy: unknown = JSON.parse(JSON.stringify(value));
        expect(firstDifference(copy, structuredClone(copy))).toBeUndefined();
      }),
    );
  });

  test('is found between any two values whose JSON differs', () => {
    const sorted = (value: unknown): unknown =>
      Array.isArray(value)
        ? ['array', value.map(sorted)]
        : typeof value === 'object' && value !== null
          ? [
              'object',
              Object.entries(value)
                .map(([key, entry]) => [key, sorted(entry)])
                .sort((a, b) => (String(a[0]) < String(b[0]) ? -1 : 1)),
            ]
          : [typeof value, value];
    const json = fc.jsonValue().map((value): unknown => JSON.parse(JSON.stringify(value)));
    fc.assert(
      fc.property(json, json, (one, other) => {
        const same = JSON.stringify(sorted(one)) === JSON.stringify(sorted(other));
        expect(firstDifference(one, other) === undefined).toBe(same);
      }),
    );
  });

  test('shows long values cut short', () => {
    expect(firstDifference('x'.repeat(500), 1)?.expected).toHaveLength(120);
  });
});

describe('the check of an answer', () => {
  test('accepts the document of every recipe that the user may see', () => {
    for (const document of documents) expect(workload.checkAnswer(0, answerOf(document))).toBeUndefined();
  });

  test('accepts JSON that is escaped and spaced in another way', () => {
    const escaped = JSON.stringify(documents[0], undefined, 2).replace(
      /[\u0080-\uffff]/g,
      (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
    );
    const answer = { ...answerOf(null, 200, 'application/json; charset=utf-8'), body: Buffer.from(escaped) };
    expect(workload.checkAnswer(0, answer)).toBeUndefined();
  });

  test('refuses elements wrapped in the name of their type, by the path of the first', () => {
    const document = documents[0]!;
    const wrapped = {
      ...document,
      ingredients: document.ingredients.map((entry) => ({ ['title' in entry ? 'Section' : 'Ingredient']: entry })),
    };
    expect(workload.checkAnswer(0, answerOf(wrapped))).toEqual({
      path: '$.ingredients[0].id',
      expected: String(document.ingredients[0]!.id),
      actual: 'nothing',
    });
  });

  test('refuses two ingredients that changed places', () => {
    const document = documents[0]!;
    const [first, second, ...rest] = document.ingredients;
    const swapped = { ...document, ingredients: [second, first, ...rest] };
    expect(workload.checkAnswer(0, answerOf(swapped))?.path).toBe('$.ingredients[0].id');
  });

  test('refuses a time that is written in another way', () => {
    const document = documents[0]!;
    const changed = { ...document, created_at: document.created_at.replace('Z', '+00:00') };
    expect(workload.checkAnswer(0, answerOf(changed))?.path).toBe('$.created_at');
  });

  test('refuses a whole document that the user may not see', () => {
    const visibleIds = new Set(documents.map((document) => document.id));
    const hidden = rows.core_recipe.filter((recipe) => !visibleIds.has(recipe.id)).map(documentMaker(rows));
    expect(hidden.length).toBeGreaterThan(9);
    for (const document of hidden) expect(workload.checkAnswer(0, answerOf(document))?.path).toBe('$.id');
  });

  test.each([
    { name: 'another status', answer: answerOf(documents[0], 201), path: 'status' },
    { name: 'another type', answer: answerOf(documents[0], 200, 'text/html'), path: 'headers.content-type' },
    { name: 'no type', answer: { status: 200, headers: {}, body: Buffer.from('{}') }, path: 'headers.content-type' },
    { name: 'no JSON', answer: { ...answerOf(0), body: Buffer.from('{"id":') }, path: 'body' },
    { name: 'no UTF-8', answer: { ...answerOf(0), body: Buffer.from([0x22, 0xff, 0x22]) }, path: 'body' },
    { name: 'a list', answer: answerOf([documents[0]]), path: '$.id' },
    { name: 'null', answer: answerOf(null), path: '$.id' },
  ])('refuses $name', ({ answer, path }) => {
    expect(workload.checkAnswer(0, answer)?.path).toBe(path);
  });
});

describe('the probes', () => {
  test('ask for the documents as the load does', () => {
    expect(probe('drawn at random').request).toEqual(workload.requests[0]);
    expect(workload.requests[0]!.headers['cookie']).toMatch(/^sessionid=[a-z0-9]{32}$/);
  });

  test('find a server that answers the same recipe always', () => {
    const { check, times } = probe('drawn at random');
    const results = Array.from({ length: times! }, () => check(answerOf(documents[0])));
    expect(results.slice(0, -1).every((result) => result === undefined)).toBe(true);
    expect(results.at(-1)?.expected).toBe('at least 5 different recipes in 40 answers');
  });

  test('count from the start for each candidate', () => {
    const first = probe('drawn at random');
    for (let time = 0; time < 39; time += 1) first.check(answerOf(documents[0]));
    expect(probe('drawn at random').check(answerOf(documents[1]))).toBeUndefined();
  });

  test('are content with different recipes', () => {
    const { check, times } = probe('drawn at random');
    for (let time = 0; time < times!; time += 1) {
      expect(check(answerOf(documents[time % documents.length]))).toBeUndefined();
    }
  });

  test('hold a second user to their own recipes', () => {
    const { check } = probe('another user');
    for (const document of documentsOf(otherUserId)) expect(check(answerOf(document))).toBeUndefined();
    expect(documents.every((document) => check(answerOf(document))?.path === '$.id' || isShared(document))).toBe(true);
  });

  test.each(['without a cookie', 'empty session', 'unknown session', 'expired session'])(
    'demand a refusal of a request: %s',
    (name) => {
      const { check, request } = probe(name);
      expect(check(answerOf({ error: 'no session' }, 401))).toBeUndefined();
      expect(check(answerOf(documents[0]))?.path).toBe('status');
      expect(check(answerOf('no', 401))?.path).toBe('$');
      expect(check(answerOf({}, 401, 'text/plain'))?.path).toBe('headers.content-type');
      expect(request.headers['cookie']).not.toBe(workload.requests[0]!.headers['cookie']);
    },
  );
});

const isShared = (document: RecipeDocument): boolean => documentsOf(otherUserId).some(({ id }) => id === document.id);
