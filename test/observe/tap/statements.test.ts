import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createStatements } from '../../../src/observe/tap/statements.ts';

const textOf = (sql: string): string => {
  const bytes = Buffer.from(`${sql}\0`);
  return createStatements().of(bytes, 0, bytes.length).text;
};

describe('a statement text', () => {
  test.each([
    ["SELECT  *\n  FROM t -- all\n WHERE a = 'it''s' AND b = 42", 'SELECT * FROM t WHERE a = ? AND b = ?'],
    ['SELECT $1, $12, c1, "Col 1", 1.5e3', 'SELECT $1, $12, c1, "Col 1", ?'],
    ['', ''],
    ["SELECT 'never ends", 'SELECT ?'],
    ['SELECT "never ends', 'SELECT "never ends'],
  ])('%j is told as %j', (sql, text) => {
    expect(textOf(sql)).toBe(text);
  });

  test('is one entry whatever its values are, and two for two statements', () => {
    const statements = createStatements();
    const of = (sql: string) => {
      const bytes = Buffer.from(sql);
      return statements.of(bytes, 0, bytes.length);
    };
    fc.assert(
      fc.property(fc.nat(), fc.stringMatching(/^[a-z ]{0,20}$/), (number, text) => {
        expect(of(`SELECT a FROM t WHERE id = ${number} AND name = '${text}'`)).toBe(
          of("SELECT a FROM t WHERE id = 1 AND name = 'x'"),
        );
      }),
    );
    expect(of('SELECT a FROM t')).not.toBe(of('SELECT b FROM t'));
  });

  test('of any bytes at any length does not throw, and there is a bound to how many are kept', () => {
    const statements = createStatements();
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 9000 }), (bytes) => {
        statements.of(Buffer.from(bytes), 0, bytes.length).queries += 1;
      }),
      { numRuns: 50 },
    );
    for (let index = 0; index < 3000; index += 1) {
      const bytes = Buffer.from(`SELECT column_${index}`);
      statements.of(bytes, 0, bytes.length).queries += 1;
    }
    expect([...statements.all].length).toBeLessThanOrEqual(2001);
    expect([...statements.all].at(-1)!.text).toBe('(other statements)');
  });
});
