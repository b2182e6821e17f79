import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createStatements } from '../../../src/wire/ledger/statements.ts';

const writeText = (sql: string): string => {
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
    ["/* it's */ SELECT a -- isn't\n FROM t;", 'SELECT a FROM t'],
    ['SELECT -1, a - 1, a -1, a<-1, - - 2, -a', 'SELECT ?, a - ?, a -?, a<?, ?, -a'],
    ["SELECT E'O\\'Brien', U&'\\0061', B'01', X'ff', $$it's$$, $a$it's$a$", 'SELECT ?, ?, ?, ?, ?, ?'],
    ["SELECT 'a'\n  'b', 1e-07, 3e+20", 'SELECT ?, ?, ?'],
    ['SELECT a FROM t WHERE a IN (1, -2, 3) AND b = 4', 'SELECT a FROM t WHERE a IN (?) AND b = ?'],
    ["SELECT a FROM t WHERE a IN ('a'::varchar, 'b'::character varying)", 'SELECT a FROM t WHERE a IN (?::varchar)'],
    ['SELECT a FROM t WHERE a IN ($1, $2, $3)', 'SELECT a FROM t WHERE a IN ($1)'],
    ['SELECT a FROM t WHERE a IN (1, b, 2) OR a IN (1, 2', 'SELECT a FROM t WHERE a IN (?, b, ?) OR a IN (?, ?'],
    ['SELECT a FROM t WHERE a IN (SELECT 1, 2)', 'SELECT a FROM t WHERE a IN (SELECT ?, ?)'],
    ['SELECT NULL, true, a IS NULL, b IS NOT TRUE', 'SELECT ?, ?, a IS NULL, b IS NOT TRUE'],
    ['SAVEPOINT s1', 'SAVEPOINT ?'],
    ['RELEASE SAVEPOINT "s 1"', 'RELEASE SAVEPOINT ?'],
    ['ROLLBACK TO SAVEPOINT s1', 'ROLLBACK TO SAVEPOINT ?'],
    ['ROLLBACK', 'ROLLBACK'],
    ['DEALLOCATE pdo_stmt_00000001', 'DEALLOCATE ?'],
    ['DEALLOCATE ALL', 'DEALLOCATE ALL'],
    ['DECLARE c1 CURSOR FOR SELECT a FROM t', 'DECLARE ? CURSOR FOR SELECT a FROM t'],
    ['FETCH FORWARD 100 FROM c1', 'FETCH FORWARD ? FROM ?'],
    ['FETCH c1', 'FETCH ?'],
    ['CLOSE "c1"', 'CLOSE ?'],
    ['UPDATE t SET a = 1 WHERE CURRENT OF c1', 'UPDATE t SET a = ? WHERE CURRENT OF ?'],
    // A name that a driver always uses says who sends it.
    ['SAVEPOINT PGJDBC_AUTOSAVE', 'SAVEPOINT PGJDBC_AUTOSAVE'],
  ])('%j is told as %j', (sql, text) => {
    expect(writeText(sql)).toBe(text);
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

  test('is one entry for a list of any length, one value among them', () => {
    const statements = createStatements();
    const of = (sql: string) => statements.of(Buffer.from(sql), 0, Buffer.byteLength(sql));
    const one = of('SELECT a FROM t WHERE a IN (1)');
    for (const list of ['1, 2', "'a', NULL, -3", Array.from({ length: 5000 }, (_, value) => value).join(',')]) {
      expect(of(`SELECT a FROM t WHERE a IN (${list})`)).toBe(one);
    }
    expect(of('SELECT a FROM t WHERE a IN (1, b)')).not.toBe(one);
    expect(of('SELECT a FROM t WHERE a IN (1, 2) AND b')).not.toBe(one);
  });

  test('is read in time that grows with its length, whatever is in it', () => {
    const statements = createStatements();
    for (const piece of ['/*', '(', '- ', "E'\\", '$a', '$a$', '"', '+-', "'' ", '-', '1,', 'a.', 'IN (1,', 'U&']) {
      const sql = Buffer.from(piece.repeat(200_000));
      statements.of(sql, 0, sql.length).queries += 1;
    }
    expect([...statements.all].reduce((sum, { queries }) => sum + queries, 0)).toBe(14);
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
