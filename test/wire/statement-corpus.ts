/**
 * Statements by the texts that clients write for them: each group is one statement. `since` is the Postgres release whose
 * pg_stat_statements tells it so too; 99 where none does, because a name that the client made up is in it.
 * The tables are `t (id int, name text, price numeric, flags bit(8), day date, doc jsonb, ok boolean)` and `u (id int)`.
 */
export const statementGroups: readonly { readonly since: number; readonly texts: readonly string[] }[] = [
  {
    since: 14,
    texts: [
      'SELECT id FROM t WHERE id = 1',
      'select ID from T where Id=22',
      'SELECT "id" FROM "t" WHERE "id" = -333',
      'SELECT id FROM t WHERE id = - 4',
      'SELECT id FROM t WHERE id =-4;',
      "SELECT id /* it's a comment */ FROM t WHERE id = 5",
      "SELECT id /* nested /* it's */ still '*/ FROM t WHERE id = 6",
      "-- a line with an apostrophe: it's\nSELECT id FROM t WHERE id = 7 -- the end isn't near",
      "SELECT id FROM t WHERE id = 8 /*traceparent='00-af12-01',route='%2Fusers%27'*/",
      `/* ${'x'.repeat(9000)} */ SELECT id FROM t WHERE id = 9`,
    ],
  },
  {
    since: 14,
    texts: [
      "SELECT id FROM t WHERE name = 'plain'",
      "SELECT id FROM t WHERE name = 'O''Brien'",
      "SELECT id FROM t WHERE name = E'O\\'Brien'",
      "SELECT id FROM t WHERE name = e'a\\\\'",
      "SELECT id FROM t WHERE name = U&'d\\0061t\\+000061'",
      "SELECT id FROM t WHERE name = $$it's$$",
      "SELECT id FROM t WHERE name = $tag$ $other$ it's $$ $tag$",
      'SELECT id FROM t WHERE name = $a$$$a$',
      "SELECT id FROM t WHERE name = 'one '\n  'and ''two'''",
      "SELECT id FROM t WHERE name = E'one\\'' -- and a comment\n '\\'two'",
      `SELECT id FROM t WHERE name = '${'x'.repeat(5000)}'`,
      'SELECT id FROM t WHERE name = NULL',
    ],
  },
  {
    since: 14,
    texts: [
      'SELECT id FROM t WHERE price = 1.5',
      'SELECT id FROM t WHERE price = -0.25',
      'SELECT id FROM t WHERE price = .5',
      'SELECT id FROM t WHERE price = 1e-07',
      'SELECT id FROM t WHERE price = 3e+20',
      'SELECT id FROM t WHERE price = 1.5E10',
      'SELECT id FROM t WHERE price = 7.',
    ],
  },
  { since: 14, texts: ["SELECT id FROM t WHERE flags = B'00000001'", "SELECT id FROM t WHERE flags = X'0f'"] },
  { since: 14, texts: ['SELECT id FROM t WHERE id = $1', 'SELECT id FROM t WHERE  id=$1'] },
  { since: 14, texts: ['SELECT id, id - 1 FROM t', 'SELECT id, id -2 FROM t', 'SELECT id, id-3 FROM t'] },
  { since: 14, texts: ['SELECT id FROM t WHERE id<-1', 'SELECT id FROM t WHERE id < - 2'] },
  { since: 14, texts: ['SELECT id FROM t WHERE id <> 1', 'SELECT id FROM t WHERE id != 2'] },
  { since: 14, texts: ['SELECT id FROM t WHERE ok = true', 'SELECT id FROM t WHERE ok = FALSE'] },
  { since: 14, texts: ['SELECT id FROM t WHERE name IS NULL', 'select id from t where name is null'] },
  { since: 14, texts: ['SELECT id FROM t WHERE name IS NOT NULL'] },
  { since: 14, texts: ["SELECT doc->>'a' FROM t WHERE doc ? 'b'", "SELECT doc ->> 'c' FROM t WHERE doc ? 'it''s'"] },
  { since: 14, texts: ["SELECT '1'::int FROM t", "SELECT '22' :: int FROM t"] },
  {
    since: 14,
    texts: [
      "INSERT INTO t (id, name, ok) VALUES (1, 'a', true)",
      'INSERT INTO t (id, name, ok) VALUES (-2, NULL, false)',
    ],
  },
  { since: 14, texts: ["INSERT INTO t (id, name, ok) VALUES (1, 'a', true), (2, 'b', true)"] },
  { since: 14, texts: ["UPDATE t SET name = 'a' WHERE id = 1", 'UPDATE t SET name = NULL WHERE id = -1'] },
  { since: 14, texts: ['SELECT id FROM t LIMIT 1 OFFSET 2', 'SELECT id FROM t LIMIT 10 OFFSET 20'] },
  {
    since: 14,
    texts: ['1', '2'].map((end) => `SELECT ${'id + '.repeat(1500)} id FROM t WHERE id = ${end}`),
  },
  { since: 14, texts: [`SELECT ${'id + '.repeat(1500)} id FROM t WHERE id > 1`] },
  { since: 14, texts: ['SELECT 1 FROM u', 'SELECT 2 FROM u'] },
  { since: 14, texts: ['SELECT "ID" FROM (SELECT 1 AS "ID") s'] },
  { since: 14, texts: ['SELECT id AS "user" FROM u ORDER BY "user"'] },
  { since: 17, texts: ['BEGIN', 'begin;'] },
  { since: 14, texts: ['COMMIT'] },
  { since: 18, texts: ['SELECT id FROM t WHERE id IN (1, 2)', 'SELECT id FROM t WHERE id IN (1, -2, 3, 4, 5)'] },
  {
    since: 18,
    texts: [
      "SELECT id FROM t WHERE name IN ('a'::text, 'b'::text)",
      "SELECT id FROM t WHERE name IN ('it''s'::text, 'b'::text, $$c$$::text)",
    ],
  },
  { since: 18, texts: ['SELECT ARRAY[1, 2] FROM u', 'SELECT ARRAY[1, 2, 3] FROM u'] },
  { since: 18, texts: ['SELECT id FROM u WHERE id IN ($1, $2)', 'SELECT id FROM u WHERE id IN ($1, $2, $3)'] },
  { since: 17, texts: ['BEGIN; SAVEPOINT s1', 'BEGIN; SAVEPOINT "S 2"'] },
  {
    since: 17,
    texts: ['BEGIN; SAVEPOINT s1; RELEASE SAVEPOINT s1', 'BEGIN; SAVEPOINT "S 2"; RELEASE SAVEPOINT "S 2"'],
  },
  {
    since: 17,
    texts: ['BEGIN; SAVEPOINT s1; ROLLBACK TO SAVEPOINT s1', 'begin; savepoint x_2; rollback to savepoint x_2;'],
  },
  { since: 17, texts: ['PREPARE p1 AS SELECT 1; DEALLOCATE p1', 'PREPARE p2 AS SELECT 1; DEALLOCATE p2;'] },
  { since: 17, texts: ['DEALLOCATE ALL', 'deallocate all'] },
  {
    since: 99,
    texts: [
      'BEGIN; DECLARE c1 CURSOR FOR SELECT 1; FETCH FORWARD 10 FROM c1; CLOSE c1',
      'BEGIN; DECLARE "c 2" CURSOR FOR SELECT 1; FETCH FORWARD 20 FROM "c 2"; CLOSE "c 2"',
    ],
  },
];
