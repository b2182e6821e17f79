import { type Driver, settingFor } from './driver-settings.ts';

/** What advice is drawn from: counts of a tap over a number of requests (a tap's snapshot has these fields). */
export interface LedgerFacts {
  /** HTTP requests that the counts are for. */
  readonly requests: number;
  readonly turnarounds: number;
  readonly readyForQuery: number;
  /** Simple queries and executes. */
  readonly statements: number;
  readonly prepares: number;
  readonly executes: number;
  readonly connects: number;
  /** Round trips of connecting; absent parts were not seen. */
  readonly connectTurnarounds?: { readonly tcp: number; readonly tls: number; readonly auth?: number };
  readonly statementTexts: readonly StatementFacts[];
  /** Round trips that do nothing but close statements, where they were looked at one by one. */
  readonly closing?: number;
}

export interface StatementFacts {
  /** Normalised: literals are left out. Empty for the empty query. */
  readonly text: string;
  readonly prepares: number;
  readonly executes: number;
  /** Simple queries. */
  readonly queries: number;
}

export type LedgerFinding =
  | 'repeated-prepares'
  | 'empty-query'
  | 'reset-query'
  | 'connection-a-request'
  | 'n-plus-one'
  | 'transaction-statements'
  | 'serial-statements';

export interface LedgerAdvice {
  readonly finding: LedgerFinding;
  /** What the ledger shows, with its numbers. */
  readonly evidence: string;
  /** What to do, with the driver's own name for it where the driver is known. */
  readonly action: string;
  /** Round trips a request that it saves; those of several findings add up, `serial-statements` apart. */
  readonly turnaroundsSaved: number;
}

/** At less than one in twenty requests a count is a warm-up or a stray, not a habit. */
const habit = 0.05;
/** As often as this in one request the same text is a loop, not a coincidence. */
const loopAt = 3;

/**
 * Habits in a ledger that cost round trips, the most expensive first. Everything is a count over requests:
 * nothing here guesses at what a statement is for beyond its text.
 *
 * @param driver What `candidate.yaml` calls the driver; without it the action is in general words.
 */
export const adviseFromLedger = (facts: LedgerFacts, driver?: Driver): readonly LedgerAdvice[] => {
  if (!(facts.requests > 0)) return [];
  const found = [
    repeatedPrepares(facts, driver),
    emptyQuery(facts, driver),
    resetQuery(facts, driver),
    connectionARequest(facts, driver),
    transactionStatements(facts, driver),
    nPlusOne(facts),
    serialStatements(facts, driver),
  ];
  return found
    .filter((advice): advice is LedgerAdvice => advice !== undefined && advice.turnaroundsSaved >= habit)
    .sort((a, b) => b.turnaroundsSaved - a.turnaroundsSaved);
};

/** Round trips a request when the habits are dropped; the statements themselves stay, one wait each. */
export const turnaroundsAfter = (facts: LedgerFacts, advice: readonly LedgerAdvice[]): number => {
  const saved = advice
    .filter(({ finding }) => finding !== 'serial-statements' && finding !== 'n-plus-one')
    .reduce((sum, { turnaroundsSaved }) => sum + turnaroundsSaved, 0);
  return Math.max(1, facts.turnarounds / facts.requests - saved);
};

const repeatedPrepares = (facts: LedgerFacts, driver: Driver | undefined): LedgerAdvice | undefined => {
  // A text that is prepared nearly as often as it is executed is not being reused.
  const repeated = facts.statementTexts.filter(
    ({ prepares, executes }) => prepares / facts.requests > habit && prepares >= 0.5 * executes && executes > 0,
  );
  const each = sum(repeated, ({ prepares }) => prepares) / facts.requests;
  // Where a Parse travels with its Execute it costs no wait: turnarounds beyond one a statement are what it costs.
  const spare = Math.max(0, (facts.turnarounds - facts.statements - connectingOf(facts)) / facts.requests);
  // What is kept is not closed either.
  const closing = (facts.closing ?? 0) / facts.requests;
  const saved = Math.min(each + closing, spare);
  if (repeated.length === 0) return undefined;
  return {
    finding: 'repeated-prepares',
    evidence: `${number(each)} statements a request are prepared anew (${repeated.length} texts, among them "${short(repeated[0]!.text)}")${closing >= habit ? ` and closed again, in ${number(closing)} ${closing === 1 ? 'round trip of its own' : 'round trips of their own'}` : ''}`,
    action: `Prepare once for each connection and keep the statement: ${settingFor(driver, 'cache')}.`,
    turnaroundsSaved: saved,
  };
};

const emptyQuery = (facts: LedgerFacts, driver: Driver | undefined): LedgerAdvice | undefined => {
  const each = callsOf(facts, isCheck) / facts.requests;
  if (each < habit) return undefined;
  return {
    finding: 'empty-query',
    evidence: `${times(each)} a request a query that asks nothing checks the connection`,
    action: `Do not test a connection each time it is taken: ${settingFor(driver, 'check')}.`,
    turnaroundsSaved: each,
  };
};

const resetQuery = (facts: LedgerFacts, driver: Driver | undefined): LedgerAdvice | undefined => {
  const each = callsOf(facts, isReset) / facts.requests;
  if (each < habit) return undefined;
  return {
    finding: 'reset-query',
    evidence: `${times(each)} a request a query resets the session when the connection is given back`,
    action: `Skip the reset where no session state is left behind: ${settingFor(driver, 'reset')}.`,
    turnaroundsSaved: each,
  };
};

const connectionARequest = (facts: LedgerFacts, driver: Driver | undefined): LedgerAdvice | undefined => {
  const each = facts.connects / facts.requests;
  if (each < habit) return undefined;
  return {
    finding: 'connection-a-request',
    evidence: `${number(each)} ${each > 1.05 ? 'connections are' : 'connection is'} opened a request, with ${number(connectingOf(facts) / facts.connects)} round trips each before the first statement`,
    action: `Keep connections between requests: ${settingFor(driver, 'persist')}.`,
    turnaroundsSaved: connectingOf(facts) / facts.requests,
  };
};

const transactionStatements = (facts: LedgerFacts, driver: Driver | undefined): LedgerAdvice | undefined => {
  const each = callsOf(facts, isTransaction) / facts.requests;
  if (each < habit) return undefined;
  return {
    finding: 'transaction-statements',
    evidence: `${number(each)} round trips a request only begin or end a transaction`,
    action: `Read outside a transaction where single statements suffice: ${settingFor(driver, 'autocommit')}.`,
    turnaroundsSaved: each,
  };
};

const nPlusOne = (facts: LedgerFacts): LedgerAdvice | undefined => {
  const loops = facts.statementTexts.filter(
    (statement) => !isHousekeeping(statement.text) && calls(statement) / facts.requests >= loopAt,
  );
  const worst = [...loops].sort((a, b) => calls(b) - calls(a))[0];
  if (worst === undefined) return undefined;
  const each = sum(loops, calls) / facts.requests;
  return {
    finding: 'n-plus-one',
    evidence: `the same statement runs ${number(calls(worst) / facts.requests)} times a request: "${short(worst.text)}"`,
    action: 'Ask once for all of them (`= any($1)`, a join, or what the ORM calls prefetching or eager loading).',
    turnaroundsSaved: each - loops.length,
  };
};

const serialStatements = (facts: LedgerFacts, driver: Driver | undefined): LedgerAdvice | undefined => {
  const each =
    sum(
      facts.statementTexts.filter(({ text }) => !isHousekeeping(text)),
      calls,
    ) / facts.requests;
  // Two waits are what a request that depends on its first answer needs; and some already share a wait.
  const waits = Math.min(each, (facts.turnarounds - connectingOf(facts)) / facts.requests);
  if (waits < 3) return undefined;
  return {
    finding: 'serial-statements',
    evidence:
      waits > each - 0.5
        ? `${number(each)} statements a request wait for each other's answers, one round trip each`
        : `${number(each)} statements a request take ${number(waits)} round trips, one after another`,
    action: `Send those that do not need each other's answers together, or make them one statement: ${settingFor(driver, 'pipeline')}.`,
    turnaroundsSaved: waits - 2,
  };
};

const connectingOf = ({ connectTurnarounds }: LedgerFacts): number =>
  (connectTurnarounds?.tcp ?? 0) + (connectTurnarounds?.tls ?? 0) + (connectTurnarounds?.auth ?? 0);

const calls = ({ executes, queries }: StatementFacts): number => executes + queries;
const callsOf = (facts: LedgerFacts, isOne: (text: string) => boolean): number =>
  sum(
    facts.statementTexts.filter(({ text }) => isOne(text)),
    calls,
  );

/** An empty query, or `SELECT 1` as checks write it (literals come as `?`). */
const isCheck = (text: string): boolean => /^\s*;?\s*$|^select\s+(\?|1)\s*;?$/i.test(text);
/** asyncpg's reset is several statements in one query; others send one of them. */
const isReset = (text: string): boolean =>
  /discard\s+all|reset\s+all|unlisten\s+\*|pg_advisory_unlock_all|close\s+all/i.test(text);
const isTransaction = (text: string): boolean =>
  /^\s*(begin|start\s+transaction|commit|end|rollback)\b[^;]*;?\s*$/i.test(text);
const isHousekeeping = (text: string): boolean =>
  isCheck(text) || isReset(text) || isTransaction(text) || /^\s*(set|reset|show|deallocate)\b/i.test(text);

const sum = <T>(items: readonly T[], amountOf: (item: T) => number): number =>
  items.reduce((total, item) => total + amountOf(item), 0);
const times = (count: number): string => (number(count) === '1' ? 'once' : `${number(count)} times`);
const short = (text: string): string => (text.length > 60 ? `${text.slice(0, 57)}...` : text);
const number = (value: number): string => String(Number(value.toFixed(value < 10 ? 1 : 0)));
