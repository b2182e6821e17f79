import { type DriverEntry, describeSetting, findDrivers, findSetting } from '../../drivers/index.ts';
import { countCalls, countConnecting, type LedgerFacts, type StatementFacts, sumUp } from './ledger-facts.ts';
import { countOwnRoundTrips, countPatternRoundTrips } from './pattern-round-trips.ts';
import { countShapes } from './round-trip-shapes.ts';
import {
  isAutosave,
  isCheck,
  isFetch,
  isHousekeeping,
  isReset,
  isSavepoint,
  isTransaction,
  isUnnamed,
} from './statement-kinds.ts';

export type LedgerFinding =
  | 'repeated-prepares'
  | 'empty-query'
  | 'reset-query'
  | 'connection-a-request'
  | 'n-plus-one'
  | 'refetched-cursor'
  | 'transaction-statements'
  | 'savepoints'
  | 'serial-statements';

export interface LedgerAdvice {
  readonly finding: LedgerFinding;
  /** What the ledger shows, with its numbers. */
  readonly evidence: string;
  /** What to do, with the driver's own name for it where the driver is known. */
  readonly action: string;
  /**
   * Round trips per request that it saves, never more than the habit takes; those of several findings add up. 0 for
   * savepoints that share every round trip with a statement: they cost the database work, and no wait.
   */
  readonly roundTripsSaved: number;
}

/** At less than one in twenty requests a count is a warm-up or a stray, not a habit. */
const habit = 0.05;
/** The same text this often in one request is a loop, not a coincidence. */
const loopAt = 3;
/** What a request that depends on its first answer needs; from one more on, it may be too many. */
const needed = 2;

/**
 * Habits in a ledger that cost round trips, the most expensive first. Everything is a count over requests:
 * nothing here guesses at what a statement is for beyond its text.
 *
 * @param stack The ORM, the pool and the driver (see `findDrivers`); without them the action is in general words.
 */
export const adviseFromLedger = (facts: LedgerFacts, stack: readonly DriverEntry[] = []): readonly LedgerAdvice[] => {
  if (!(facts.requests > 0)) return [];
  const checks = findChecks(facts, stack);
  const loops = findLoops(facts);
  const found = [
    repeatedPrepares(facts, stack),
    emptyQuery(checks, stack),
    resetQuery(facts, stack),
    connectionARequest(facts, stack),
    transactionStatements(facts, checks, stack),
    savepoints(facts, stack),
    refetchedCursor(facts, stack),
    nPlusOne(facts, loops, stack),
    serialStatements(facts, loops, stack),
  ];
  return found
    .filter((advice): advice is LedgerAdvice => advice !== undefined)
    .filter(({ finding, roundTripsSaved }) => roundTripsSaved >= habit || finding === 'savepoints')
    .sort((a, b) => b.roundTripsSaved - a.roundTripsSaved);
};

/** Round trips per request when the habits are dropped; statements that may need each other's answers stay. */
export const roundTripsAfter = (facts: LedgerFacts, advice: readonly LedgerAdvice[]): number => {
  const saved = sumUp(
    advice.filter(({ finding }) => finding !== 'serial-statements'),
    ({ roundTripsSaved }) => roundTripsSaved,
  );
  return Math.max(1, facts.roundTrips / facts.requests - saved);
};

const repeatedPrepares = (facts: LedgerFacts, stack: readonly DriverEntry[]): LedgerAdvice | undefined => {
  // A text that is prepared nearly as often as it is executed is not being reused.
  const repeated = facts.statementTexts.filter(
    ({ prepares, executes }) => prepares / facts.requests > habit && prepares >= 0.5 * executes && executes > 0,
  );
  if (repeated.length === 0) return undefined;
  const shapes = countShapes(facts);
  const each = sumUp(repeated, ({ prepares }) => prepares) / facts.requests;
  // Where a Parse travels with its Execute it costs no wait: round trips beyond one a statement are what it costs.
  const spare = Math.max(0, (facts.roundTrips - facts.statements - countConnecting(facts)) / facts.requests);
  // What is kept is not closed either.
  const closing = (shapes?.closing ?? 0) / facts.requests;
  const apart = shapes === undefined ? spare : (shapes.preparing + shapes.closing) / facts.requests;
  return {
    finding: 'repeated-prepares',
    evidence: `${number(each)} statements per request are prepared anew (${repeated.length} texts, among them "${short(repeated[0]!.text)}")${closing >= habit ? ` and closed again, in ${number(closing)} ${closing === 1 ? 'round trip of its own' : 'round trips of their own'}` : ''}`,
    action: `Prepare once for each connection and keep the statement: ${describeSetting(stack, 'cache')}.`,
    roundTripsSaved: Math.min(each + closing, apart),
  };
};

/** Tests of connections, per request. */
interface Checks {
  readonly queries: number;
  /** A Sync alone. */
  readonly pings: number;
  readonly roundTrips: number;
  /** Those of them that begin and end a transaction of their own. */
  readonly inTransaction: number;
}

const findChecks = (facts: LedgerFacts, stack: readonly DriverEntry[]): Checks => {
  const queries = countCallsTo(facts, isCheck) / facts.requests;
  const pings = (countShapes(facts)?.pings ?? 0) / facts.requests;
  const alone = countOwnRoundTrips(facts, isCheck) / facts.requests;
  const more = alone * ((findSetting(stack, 'check')?.roundTripsEach ?? 1) - 1);
  const inTransaction = Math.min(more, countOwnRoundTrips(facts, isTransaction) / facts.requests);
  return { queries, pings, roundTrips: alone + pings + inTransaction, inTransaction };
};

const emptyQuery = (
  { queries, pings, roundTrips, inTransaction }: Checks,
  stack: readonly DriverEntry[],
): LedgerAdvice | undefined => {
  if (queries + pings < habit) return undefined;
  const asked = queries >= pings ? 'a query that asks nothing' : 'a Sync alone, which asks nothing,';
  return {
    finding: 'empty-query',
    evidence: `${times(queries + pings)} a request ${asked} checks the connection${inTransaction >= habit ? `, in a transaction of its own: ${number(roundTrips)} round trips` : ''}`,
    action: `Do not test a connection each time it is taken: ${describeSetting(stack, 'check')}.`,
    roundTripsSaved: roundTrips,
  };
};

const resetQuery = (facts: LedgerFacts, stack: readonly DriverEntry[]): LedgerAdvice | undefined => {
  const each = countCallsTo(facts, isReset) / facts.requests;
  if (each < habit) return undefined;
  return {
    finding: 'reset-query',
    evidence: `${times(each)} a request a query resets the session when the connection is given back`,
    action: `Skip the reset where no session state is left behind: ${describeSetting(stack, 'reset')}.`,
    roundTripsSaved: countOwnRoundTrips(facts, isReset) / facts.requests,
  };
};

const connectionARequest = (facts: LedgerFacts, stack: readonly DriverEntry[]): LedgerAdvice | undefined => {
  const each = facts.connects / facts.requests;
  if (each < habit) return undefined;
  return {
    finding: 'connection-a-request',
    evidence: `${number(each)} ${each > 1.05 ? 'connections are' : 'connection is'} opened a request, with ${number(countConnecting(facts) / facts.connects)} round trips each before the first statement`,
    action: `Keep connections between requests: ${describeSetting(stack, 'persist')}.`,
    roundTripsSaved: countConnecting(facts) / facts.requests,
  };
};

const transactionStatements = (
  facts: LedgerFacts,
  { inTransaction }: Checks,
  stack: readonly DriverEntry[],
): LedgerAdvice | undefined => {
  const each = countOwnRoundTrips(facts, isTransaction) / facts.requests - inTransaction;
  return {
    finding: 'transaction-statements',
    evidence: `${number(each)} ${number(each) === '1' ? 'round trip a request only begins or ends' : 'round trips per request only begin or end'} a transaction`,
    action: `Read outside a transaction where single statements suffice: ${describeSetting(stack, 'autocommit')}.`,
    roundTripsSaved: each,
  };
};

const savepoints = (facts: LedgerFacts, stack: readonly DriverEntry[]): LedgerAdvice | undefined => {
  const each = countCallsTo(facts, isSavepoint) / facts.requests;
  if (each < habit) return undefined;
  const saved = countOwnRoundTrips(facts, isSavepoint) / facts.requests;
  const sender = facts.statementTexts.some(({ text }) => isAutosave(text)) ? autosaving : stack;
  return {
    finding: 'savepoints',
    evidence: `${number(each)} statements per request set or release savepoints, ${saved < habit ? 'in round trips that they share with others' : `${number(saved)} of them in ${saved === 1 ? 'a round trip of its own' : 'round trips of their own'}`}`,
    action: `Do without a savepoint before each statement where a failed one ends the transaction anyway: ${describeSetting(sender, 'savepoints')}.`,
    roundTripsSaved: saved,
  };
};

/** Its name stands in the text, whatever else is known. */
const autosaving = findDrivers('java', ['org.postgresql:postgresql']);

const refetchedCursor = (facts: LedgerFacts, stack: readonly DriverEntry[]): LedgerAdvice | undefined => {
  const executes = countShapes(facts)?.refetches ?? 0;
  // One FETCH is needed.
  const fetches = Math.max(0, countOwnRoundTrips(facts, isFetch) / facts.requests - 1);
  const each = executes / facts.requests + fetches;
  return {
    finding: 'refetched-cursor',
    evidence: `${number(each)} ${number(each) === '1' ? 'round trip a request only gets' : 'round trips per request only get'} the next rows of a cursor`,
    action: `Get more rows at a time: ${describeSetting(stack, 'fetch')}.`,
    roundTripsSaved: each,
  };
};

/** The same statements again and again, in round trips that follow each other. */
interface Loops {
  readonly statements: readonly StatementFacts[];
  /** Round trips per request beyond one for each. */
  readonly saved: number;
}

const findLoops = (facts: LedgerFacts): Loops => {
  const rows = countShapes(facts)?.bareExecutes ?? 0;
  const statements = facts.statementTexts.filter(
    (statement) =>
      !isHousekeeping(statement.text) &&
      !isUnnamed(statement.text) &&
      (countCalls(statement) - rows) / facts.requests >= loopAt &&
      countPatternRoundTrips(facts, [statement]) / facts.requests >= loopAt,
  );
  const saved = countPatternRoundTrips(facts, statements) / facts.requests - statements.length;
  return { statements, saved: Math.max(0, saved) };
};

const nPlusOne = (
  facts: LedgerFacts,
  { statements, saved }: Loops,
  stack: readonly DriverEntry[],
): LedgerAdvice | undefined => {
  const worst = [...statements].sort((a, b) => countCalls(b) - countCalls(a))[0];
  if (worst === undefined) return undefined;
  return {
    finding: 'n-plus-one',
    evidence: `the same statement runs ${number(countCalls(worst) / facts.requests)} times per request: "${short(worst.text)}"`,
    action: `Ask once for all of them: ${describeSetting(stack, 'prefetch')}.`,
    roundTripsSaved: saved,
  };
};

const serialStatements = (
  facts: LedgerFacts,
  loops: Loops,
  stack: readonly DriverEntry[],
): LedgerAdvice | undefined => {
  const asked = facts.statementTexts.filter(({ text }) => !isHousekeeping(text));
  // A loop that is dropped leaves one of its own; some may share a round trip already.
  const each = sumUp(asked, countCalls) / facts.requests - loops.saved;
  const waits = countPatternRoundTrips(facts, asked) / facts.requests - loops.saved;
  if (waits < needed + 1) return undefined;
  return {
    finding: 'serial-statements',
    evidence:
      waits > each - 0.5
        ? `${number(each)} statements per request wait for each other's answers, one round trip each`
        : `${number(each)} statements per request take ${number(waits)} round trips, one after another`,
    action: `Send those that do not need each other's answers together, or make them one statement: ${describeSetting(stack, 'pipeline')}.`,
    roundTripsSaved: waits - needed,
  };
};

const countCallsTo = (facts: LedgerFacts, isOne: (text: string) => boolean): number =>
  sumUp(
    facts.statementTexts.filter(({ text }) => isOne(text)),
    countCalls,
  );

const times = (count: number): string => (number(count) === '1' ? 'once' : `${number(count)} times`);
const short = (text: string): string => (text.length > 60 ? `${text.slice(0, 57)}...` : text);
const number = (value: number): string => String(Number(value.toFixed(value < 10 ? 1 : 0)));
