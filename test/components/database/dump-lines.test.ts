import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createDumpLines } from '../../../src/components/database/dump-lines.ts';

const known = new Set(['client_encoding', 'statement_timeout']);
const title = '-- PostgreSQL database dump';
const usesOf = (...lines: string[]) => {
  const reader = createDumpLines(known);
  return lines.map((line) => reader.use(line));
};

describe('lines of an SQL file', () => {
  test('are kept as they are, whatever they hold, but for what only psql reads', () => {
    fc.assert(
      fc.property(fc.array(fc.string()), (lines) => {
        fc.pre(!lines.some((line) => line.startsWith(title) || line.startsWith('\\') || /^COPY/i.test(line)));
        expect(usesOf(...lines).every((use) => use === 'keep')).toBe(true);
      }),
    );
    expect(usesOf('\\restrict abc', 'GRANT ALL ON x TO y;', 'COPY x (a) FROM stdin;', '\\unrestrict abc')).toEqual([
      'skip',
      'keep',
      'copy',
      'skip',
    ]);
  });
});

describe('lines of a pg_dump', () => {
  test.each([
    { line: 'ALTER TABLE public.item OWNER TO me;', use: 'skip' },
    { line: 'GRANT ALL ON TABLE public.item TO PUBLIC;', use: 'skip' },
    { line: 'CREATE SCHEMA public;', use: 'skip' },
    { line: 'SET transaction_timeout = 0;', use: 'skip' },
    { line: 'SET statement_timeout = 0;', use: 'keep' },
    { line: "SET client_encoding = 'UTF8';", use: 'keep' },
    { line: '-- Name: item; Type: TABLE; Schema: public; Owner: me', use: 'flush' },
    { line: 'COPY public.item (id) FROM stdin;', use: 'copy' },
    { line: 'CREATE TABLE public.item (id int);', use: 'keep' },
  ])('$line: $use', ({ line, use }) => {
    expect(usesOf(title, line)[1]).toBe(use);
  });

  test('that only psql can run are refused with what to do', () => {
    expect(() => usesOf(title, '\\connect app')).toThrow(/--create/);
    expect(() => usesOf(title, "SET client_encoding = 'LATIN1';")).toThrow(/--encoding=UTF8/);
  });
});
