import { expect, test } from 'vitest';
import { findDrivers } from '../../../src/drivers/index.ts';
import {
  adviseFromLedger,
  type LedgerFacts,
  roundTripsAfter,
  type StatementFacts,
} from '../../../src/explain/index.ts';

/** Nine statements of a request, each run once for each of `requests`. */
const nine = (requests: number, prepares: number): readonly StatementFacts[] =>
  Array.from({ length: 9 }, (_, index) => ({
    text: `select * from table_${index} where id = $1`,
    prepares: prepares * requests,
    executes: requests,
    queries: 0,
  }));

const requests = 200;
const quiet: LedgerFacts = {
  requests,
  roundTrips: 9 * requests,
  readyForQuery: 9 * requests,
  statements: 9 * requests,
  prepares: 0,
  executes: 9 * requests,
  connects: 0,
  statementTexts: nine(requests, 0),
};

/** As measured at the seed's axum: query(&str) prepares each time, bb8 tests each checkout. */
const axum: LedgerFacts = {
  ...quiet,
  roundTrips: 19 * requests,
  statements: 10 * requests,
  prepares: 9 * requests,
  statementTexts: [...nine(requests, 1), { text: '', prepares: 0, executes: 0, queries: requests }],
};

test('preparing each time costs a round trip a statement, testing each checkout one more', () => {
  const advice = adviseFromLedger(axum, findDrivers('rust', ['bb8-postgres']));
  expect(advice.map(({ finding, roundTripsSaved }) => [finding, roundTripsSaved])).toEqual([
    ['repeated-prepares', 9],
    ['serial-statements', 7],
    ['empty-query', 1],
  ]);
  expect(advice[2]!.action).toContain('test_on_check_out(false)');
  expect(roundTripsAfter(axum, advice)).toBe(9);
});

test("asyncpg's reset at checkin is found, and its own name for it is given", () => {
  const reset = 'SELECT pg_advisory_unlock_all(); CLOSE ALL; UNLISTEN *; RESET ALL;';
  const facts: LedgerFacts = {
    ...quiet,
    roundTrips: 10 * requests,
    statements: 10 * requests,
    statementTexts: [...nine(requests, 0), { text: reset, prepares: 0, executes: 0, queries: requests }],
  };
  const advice = adviseFromLedger(facts, findDrivers('python', ['asyncpg'])).find(
    ({ finding }) => finding === 'reset-query',
  )!;
  expect(advice.roundTripsSaved).toBe(1);
  expect(advice.action).toContain('create_pool(reset=');
});

test('a connection per request is told with what connecting takes', () => {
  const facts: LedgerFacts = {
    ...quiet,
    roundTrips: 16 * requests,
    connects: requests,
    connectRoundTrips: { tcp: requests, tls: 2 * requests, auth: 4 * requests },
  };
  const [first] = adviseFromLedger(facts, findDrivers('python', ['django'])).filter(
    ({ finding }) => finding === 'connection-a-request',
  );
  expect(first).toMatchObject({ roundTripsSaved: 7 });
  expect(first!.evidence).toContain('1 connection is opened a request, with 7 round trips each');
  expect(first!.action).toContain('CONN_MAX_AGE');
});

test('a loop over one statement is N+1', () => {
  const facts: LedgerFacts = {
    ...quiet,
    roundTrips: 25 * requests,
    statements: 25 * requests,
    statementTexts: [
      { text: 'select id from recipe', prepares: 0, executes: requests, queries: 0 },
      { text: 'select * from ingredient where recipe_id = $1', prepares: 0, executes: 24 * requests, queries: 0 },
    ],
  };
  const advice = adviseFromLedger(facts).find(({ finding }) => finding === 'n-plus-one')!;
  expect(advice.roundTripsSaved).toBe(23);
  expect(advice.evidence).toBe(
    'the same statement runs 24 times per request: "select * from ingredient where recipe_id = $1"',
  );
});

test('begin and commit on their own are round trips too', () => {
  const statementTexts = [
    ...nine(requests, 0),
    { text: 'BEGIN', prepares: 0, executes: 0, queries: requests },
    { text: 'COMMIT', prepares: 0, executes: 0, queries: requests },
  ];
  const facts: LedgerFacts = { ...quiet, roundTrips: 11 * requests, statements: 11 * requests, statementTexts };
  const advice = adviseFromLedger(facts, findDrivers('python', ['psycopg'])).find(
    ({ finding }) => finding === 'transaction-statements',
  )!;
  expect(advice.roundTripsSaved).toBe(2);
  expect(advice.action).toContain('autocommit=True');
});

test('a Parse that travels with its Execute costs no round trip and is not blamed', () => {
  const facts: LedgerFacts = { ...quiet, prepares: 9 * requests, statementTexts: nine(requests, 1) };
  expect(adviseFromLedger(facts, findDrivers('node', ['pg'])).map(({ finding }) => finding)).toEqual([
    'serial-statements',
  ]);
});

test('one statement a request leaves nothing to say', () => {
  const facts: LedgerFacts = {
    ...quiet,
    roundTrips: requests,
    statements: requests,
    executes: requests,
    statementTexts: nine(requests, 0).slice(0, 1),
  };
  expect(adviseFromLedger(facts)).toEqual([]);
  expect(roundTripsAfter(facts, [])).toBe(1);
});

test('what happens once is a warm-up, and no requests are no ground for advice', () => {
  const warmedUp: LedgerFacts = { ...quiet, prepares: 9, connects: 1, statementTexts: nine(requests, 1 / requests) };
  expect(adviseFromLedger(warmedUp).map(({ finding }) => finding)).toEqual(['serial-statements']);
  expect(adviseFromLedger({ ...quiet, requests: 0 })).toEqual([]);
});
