import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findDrivers } from '../../src/drivers/index.ts';
import {
  isCheck,
  isFetch,
  isHousekeeping,
  isReset,
  isSavepoint,
  isTransaction,
} from '../../src/explain/advice/statement-kinds.ts';
import {
  adviseFromLedger,
  type LedgerAdvice,
  type LedgerFacts,
  type LedgerFinding,
  roundTripsAfter,
} from '../../src/explain/index.ts';
import {
  close,
  type Detail,
  firstRows,
  nextRows,
  ping,
  prepare,
  query,
  type RoundTrip,
  readLedger,
  repeat,
  run,
  runAnew,
} from '../support/wire-ledger.ts';

const insert = 'INSERT INTO t VALUES ($1)';
const select = 'SELECT * FROM t WHERE id = $1';

const find = (advice: readonly LedgerAdvice[], finding: LedgerFinding): LedgerAdvice | undefined =>
  advice.find((one) => one.finding === finding);

describe.each<Detail>(['counts', 'shapes', 'texts'])('with a ledger of %s', (detail) => {
  const adviseOn = (trips: readonly RoundTrip[], language = '', ...packages: string[]) =>
    adviseFromLedger(readLedger(trips, detail), findDrivers(language, packages));

  test("asyncpg's executemany is no loop: thousands of executes in two round trips", () => {
    const many = run(...Array<string>(2000).fill(insert));
    const advice = adviseOn([query('BEGIN'), prepare(insert), many, query('COMMIT')], 'python', 'asyncpg');
    expect(find(advice, 'n-plus-one')).toBeUndefined();
    // By counts alone, BEGIN and COMMIT may share their round trips with one of 2,000 statements.
    const saved = find(advice, 'transaction-statements')?.roundTripsSaved ?? 0;
    expect(saved).toBe(detail === 'texts' ? 2 : 0);
  });

  test("pgjdbc's batch is no loop: 1,000 executes in a few round trips", () => {
    const part = run(...Array<string>(250).fill(insert));
    const advice = adviseOn(
      [run('BEGIN', select), prepare(insert), ...repeat(4, part), run('COMMIT')],
      'java',
      'pgjdbc',
    );
    expect(find(advice, 'n-plus-one')?.roundTripsSaved ?? 0).toBeLessThanOrEqual(3);
    expect(find(advice, 'serial-statements')?.roundTripsSaved ?? 0).toBeLessThanOrEqual(4);
  });

  test('a loop of 24 round trips saves 23, the most expensive habit and the first one', () => {
    const [first, ...others] = adviseOn([run('SELECT id FROM r'), ...repeat(24, run(select))]);
    expect(first).toMatchObject({ finding: 'n-plus-one', roundTripsSaved: 23 });
    expect(others).toEqual([]);
  });

  test('a loop among other statements comes before the advice to send those together', () => {
    const others = Array.from({ length: 7 }, (_, index) => run(`SELECT ${'x'.repeat(index + 1)}`));
    const trips = [...others, ...repeat(60, run(select))];
    const advice = adviseOn(trips);
    expect(advice.map(({ finding, roundTripsSaved }) => [finding, roundTripsSaved])).toEqual([
      ['n-plus-one', 59],
      ['serial-statements', 6],
    ]);
    expect(roundTripsAfter(readLedger(trips, detail), advice)).toBe(8);
  });

  test('BEGIN in the round trip of the first statement saves 1 with COMMIT, not 2', () => {
    const advice = adviseOn([run('BEGIN', select), run('SELECT b'), run('COMMIT')], 'java', 'pgjdbc');
    expect(find(advice, 'transaction-statements')).toMatchObject({ roundTripsSaved: 1 });
    expect(find(advice, 'transaction-statements')!.action).toContain('`setAutoCommit(true)`');
  });

  test('BEGIN and COMMIT on their own save 2', () => {
    const advice = adviseOn([query('BEGIN'), run(select), query('COMMIT')], 'go', 'pgx');
    expect(find(advice, 'transaction-statements')).toMatchObject({ roundTripsSaved: 2 });
    expect(find(advice, 'transaction-statements')!.action).not.toContain('autocommit');
  });

  test("pgjdbc's savepoints are named as autosave, and are no loop", () => {
    const autosaved = run('SAVEPOINT PGJDBC_AUTOSAVE', select);
    const advice = adviseOn([
      run('BEGIN', 'SAVEPOINT PGJDBC_AUTOSAVE', select),
      ...repeat(19, autosaved),
      query('COMMIT'),
    ]);
    const savepoints = find(advice, 'savepoints')!;
    expect(savepoints.action).toContain('`autosave=never`');
    expect(savepoints.roundTripsSaved).toBe(0);
    expect(find(advice, 'n-plus-one')?.evidence ?? '').not.toContain('SAVEPOINT');
  });

  test('savepoints with round trips of their own are counted by them', () => {
    const trips = repeat(4, query('SAVEPOINT s')).flatMap((savepoint) => [savepoint, run(select), query('RELEASE s')]);
    expect(find(adviseOn(trips), 'savepoints')).toMatchObject({ roundTripsSaved: 8 });
  });

  test('a cursor that is read by FETCH asks for a larger fetch size', () => {
    const trips = [query('BEGIN'), query('DECLARE c CURSOR FOR SELECT'), ...repeat(20, query('FETCH 100 FROM c'))];
    const advice = adviseOn(trips, 'python', 'psycopg2');
    expect(find(advice, 'n-plus-one')).toBeUndefined();
    expect(find(advice, 'refetched-cursor')).toMatchObject({ roundTripsSaved: 19 });
    expect(find(advice, 'refetched-cursor')!.action).toContain('`itersize`');
  });

  test('SQLAlchemy’s ping above asyncpg costs three round trips', () => {
    const trips = [query('BEGIN;'), run(';'), query('ROLLBACK;'), query('BEGIN;'), run(select), query('ROLLBACK;')];
    const advice = adviseOn(trips, 'python', 'sqlalchemy', 'asyncpg');
    expect(find(advice, 'empty-query')).toMatchObject({ roundTripsSaved: 3 });
    expect(find(advice, 'empty-query')!.action).toContain('`create_async_engine(pool_pre_ping=False)`');
    expect(find(advice, 'transaction-statements')).toMatchObject({ roundTripsSaved: 2 });
    expect(find(advice, 'transaction-statements')!.action).toContain('isolation_level="AUTOCOMMIT"');
  });

  test('HikariCP’s check is named by its system property', () => {
    const packages = ['com.zaxxer:HikariCP', 'org.postgresql:postgresql'];
    const advice = adviseOn([runAnew(''), run(select)], 'java', ...packages);
    expect(find(advice, 'empty-query')!.action).toContain('aliveBypassWindowMs');
  });
});

describe.each<Detail>(['shapes', 'texts'])('with a ledger of %s', (detail) => {
  const adviseOn = (trips: readonly RoundTrip[], language = '', ...packages: string[]) =>
    adviseFromLedger(readLedger(trips, detail), findDrivers(language, packages));

  test('an open portal that is executed again and again asks for a larger fetch size', () => {
    const trips = [firstRows(select), ...repeat(49, nextRows(select))];
    const advice = adviseOn(trips, 'java', 'pgjdbc');
    expect(advice.map(({ finding }) => finding)).toEqual(['refetched-cursor']);
    expect(advice[0]).toMatchObject({ roundTripsSaved: 49 });
    expect(advice[0]!.action).toContain('`setFetchSize`, or `defaultRowFetchSize`');
  });

  test('sqlx’s check is a Sync alone, and is named', () => {
    const [check] = adviseOn([ping(), run(select)], 'rust', 'sqlx');
    expect(check).toMatchObject({ finding: 'empty-query', roundTripsSaved: 1 });
    expect(check!.action).toContain('`PoolOptions::test_before_acquire(false)`');
  });

  test('a Sync behind an answered Flush ends a statement, and is no check', () => {
    const flushed: RoundTrip = { messages: [['P', select], ['B', select], ['E', select], ['H']], down: '12C' };
    expect(find(adviseOn([flushed, ping()], 'typescript', 'pg'), 'empty-query')).toBeUndefined();
  });

  test('pgx with a full cache is told of its size, not of the mode that it has', () => {
    const texts = Array.from({ length: 6 }, (_, index) => `SELECT ${index} AS "c${index}"`);
    const trips = texts.flatMap((text) => [prepare(text), run(text), close()]);
    const [first] = adviseOn(trips, 'go', 'github.com/jackc/pgx/v5');
    expect(first).toMatchObject({ finding: 'repeated-prepares', roundTripsSaved: 12 });
    expect(first!.action).toContain('`statement_cache_capacity`');
    expect(first!.action).not.toContain('QueryExecModeCacheStatement');
  });
});

test('a batch beside a loop hides the loop from counts only', () => {
  const trips = [run(...Array.from({ length: 50 }, (_, index) => `SELECT "${index}"`)), ...repeat(24, run(select))];
  expect(find(adviseFromLedger(readLedger(trips, 'texts')), 'n-plus-one')).toMatchObject({ roundTripsSaved: 23 });
});

test('a loop behind savepoints in the same round trips is a loop of the statement', () => {
  const trips = [query('BEGIN'), ...repeat(24, run('SAVEPOINT PGJDBC_AUTOSAVE', select)), query('COMMIT')];
  const loop = find(adviseFromLedger(readLedger(trips, 'texts')), 'n-plus-one')!;
  expect(loop.roundTripsSaved).toBe(23);
  expect(loop.evidence).toContain(select);
});

test.each([
  { language: 'python', packages: ['psycopg2-binary'], not: ['prepare_threshold', 'conn.pipeline', 'psycopg_pool'] },
  { language: 'rust', packages: ['postgres'], not: ['sql.begin', 'Promise.all', 'postgres.js'] },
])('$packages of $language is not told of what another driver has', ({ language, packages, not }) => {
  const trips = Array.from({ length: 6 }, (_, index) => [
    prepare(`SELECT "${index}"`),
    run(`SELECT "${index}"`),
  ]).flat();
  const facts: LedgerFacts = { ...readLedger(trips), connects: 1, connectRoundTrips: { tcp: 1, tls: 1, auth: 1 } };
  const text = adviseFromLedger({ ...facts, roundTrips: facts.roundTrips + 3 }, findDrivers(language, packages))
    .map(({ action }) => action)
    .join('\n');
  expect(text).not.toBe('');
  for (const name of not) expect(text).not.toContain(name);
});

const texts = ['BEGIN', 'COMMIT', 'SAVEPOINT s', 'DISCARD ALL', '', 'FETCH 10 FROM c', select, insert, 'SELECT b'];
const aText = fc.constantFrom(...texts);
/** Whatever runs: without letters nobody can tell a round trip that runs nothing from one that shares nothing. */
const aPlainTrip: fc.Arbitrary<RoundTrip> = fc.oneof(
  fc.array(aText, { minLength: 1, maxLength: 30 }).map((some) => run(...some)),
  fc.tuple(aText, fc.integer({ min: 1, max: 200 })).map(([text, count]) => run(...Array<string>(count).fill(text))),
  aText.map((text) => run(text)),
  aText.map(query),
);
const aTrip: fc.Arbitrary<RoundTrip> = fc.oneof(
  aPlainTrip,
  aText.map(prepare),
  fc.array(aText, { minLength: 1, maxLength: 5 }).map((some) => runAnew(...some)),
  fc.constant(close()),
  fc.constant(ping()),
  aText.map(firstRows),
  aText.map(nextRows),
  fc.tuple(aText, aText).map(
    ([first, second]): RoundTrip => ({
      messages: [['Q', first], ['P', second], ['D', second], ['S']],
      down: 'CZ1tTZ',
    }),
  ),
);

const isAsked = (text: string): boolean => !isHousekeeping(text);
const kinds: Readonly<Record<LedgerFinding, (trip: RoundTrip) => boolean>> = {
  'repeated-prepares': ({ messages }) => messages.some(([letter]) => letter === 'P' || letter === 'C'),
  'empty-query': (trip) => trip.messages.every(([letter]) => letter === 'S') || runs(trip, isCheck),
  'reset-query': (trip) => runs(trip, isReset),
  'connection-a-request': () => false,
  'n-plus-one': (trip) => runs(trip, isAsked),
  'refetched-cursor': (trip) => runs(trip, isFetch) || trip.messages[0]![0] === 'E',
  'transaction-statements': (trip) => runs(trip, isTransaction),
  savepoints: (trip) => runs(trip, isSavepoint),
  'serial-statements': (trip) => runs(trip, isAsked),
};
const runs = ({ messages }: RoundTrip, isOne: (text: string) => boolean): boolean =>
  messages.some(([letter, text]) => 'QEB'.includes(letter) && text !== undefined && isOne(text));

test.each<[Detail, fc.Arbitrary<RoundTrip>]>([
  ['counts', aPlainTrip],
  ['shapes', aTrip],
  ['texts', aTrip],
])('whatever a request sends, no saving exceeds the round trips of its habit (%s)', (detail, trip) => {
  const groups = fc.tuple(trip, fc.integer({ min: 1, max: 12 })).map(([one, count]) => repeat(count, one));
  fc.assert(
    fc.property(fc.array(groups, { minLength: 1, maxLength: 12 }), (parts) => {
      const trips = parts.flat();
      const advice = adviseFromLedger(readLedger(trips, detail));
      for (const { finding, roundTripsSaved } of advice) {
        expect(roundTripsSaved, finding).toBeGreaterThanOrEqual(0);
        expect(roundTripsSaved, finding).toBeLessThanOrEqual(trips.filter(kinds[finding]).length + 1e-9);
      }
      const all = advice.reduce((sum, { roundTripsSaved }) => sum + roundTripsSaved, 0);
      expect(all).toBeLessThanOrEqual(trips.length + 1e-9);
    }),
    { numRuns: 500 },
  );
});
