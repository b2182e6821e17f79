import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { WorkloadAnswer } from '../../../src/plan/index.ts';
import { compareAnswers } from '../../../src/race/contract/compare-answers.ts';

const json = (value: unknown, status = 200): WorkloadAnswer => ({
  status,
  headers: { 'content-type': 'application/json; charset=utf-8' },
  body: Buffer.from(JSON.stringify(value)),
});

const text = (body: string, type = 'text/html'): WorkloadAnswer => ({
  status: 200,
  headers: { 'content-type': type },
  body: Buffer.from(body),
});

test('a value that is another is told with its place', () => {
  const [one, other] = [json({ items: [{ id: 1 }, { id: 2 }] }), json({ items: [{ id: 1 }, { id: 3 }] })];
  expect(compareAnswers([one, one], [other, other])).toEqual([{ path: '$.items[1].id', expected: '2', actual: '3' }]);
});

test('what varies from one answer of a server to its next is not compared, whichever of the two it is', () => {
  const answers = (at: number) => json({ at, name: 'x' });
  expect(compareAnswers([answers(1), answers(2)], [answers(3), answers(3)])).toEqual([]);
  expect(compareAnswers([answers(1), answers(1)], [answers(3), answers(4)])).toEqual([]);
  expect(compareAnswers([json([1]), json([1, 2])], [json([3, 4, 5]), json([3])])).toEqual([]);
});

test('status, type, missing keys and other text are differences', () => {
  expect(compareAnswers([json(1), json(1)], [json(1, 201), json(1, 201)])[0]?.path).toBe('status');
  expect(compareAnswers([json(1), json(1)], [text('1'), text('1')])[0]?.path).toBe('content-type');
  expect(compareAnswers([json({ a: 1 }), json({ a: 1 })], [json({}), json({})])[0]).toEqual({
    path: '$.a',
    expected: '1',
    actual: 'nothing',
  });
  expect(compareAnswers([text('abc'), text('abc')], [text('abd'), text('abd')])).toEqual([
    { path: 'body', expected: '3 bytes', actual: '3 bytes that differ from byte 2 on' },
  ]);
  expect(compareAnswers([text('abc'), text('xyz')], [text('abd'), text('abd')])).toEqual([]);
});

test('a document that nests very deeply is compared, too', () => {
  const deep = (inner: string): WorkloadAnswer => ({
    ...json(0),
    body: Buffer.from(`${'['.repeat(50_000)}${inner}${']'.repeat(50_000)}`),
  });
  expect(() => compareAnswers([deep('1'), deep('1')], [deep('2'), deep('2')])).not.toThrow();
});

test('equal answers never differ, whatever they hold', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(compareAnswers([json(value), json(value)], [json(value), json(value)])).toEqual([]);
    }),
  );
});
