import { countCalls, countConnecting, type LedgerFacts, type StatementFacts, sumUp } from './ledger-facts.ts';
import { countShapes } from './round-trip-shapes.ts';
import { isHousekeeping } from './statement-kinds.ts';

/**
 * Round trips that run statements of one kind and nothing else: what is saved without them. Where round trips were not
 * looked at one by one, as many as there are at least, whatever shared one with whatever: each of them runs one
 * statement or more, so no more are taken by others than others ran.
 */
export const countOwnRoundTrips = (facts: LedgerFacts, isOne: (text: string) => boolean): number => {
  const own = facts.statementTexts.filter(({ text }) => isOne(text));
  return isDetailed(facts) ? sumUp(own, ({ roundTrips }) => roundTrips?.alone ?? 0) : findLeast(facts, own);
};

/**
 * Round trips that run some statements of the application, be it with BEGIN or a savepoint before them: at least, like
 * `countOwnRoundTrips`.
 */
export const countPatternRoundTrips = (facts: LedgerFacts, own: readonly StatementFacts[]): number => {
  if (!isDetailed(facts)) return findLeast(facts, own);
  const others = facts.statementTexts.filter((statement) => !own.includes(statement));
  const housekeeping = others.filter(({ text }) => isHousekeeping(text));
  const shared = sumUp(housekeeping, ({ roundTrips }) => roundTrips?.shared ?? 0);
  const begun = shared + sumUp(housekeeping, ({ roundTrips }) => roundTrips?.alone ?? 0);
  // Behind a savepoint runs one of these, or what else the application asks, or another of the savepoint's kind.
  const elsewhere =
    sumUp(
      others.filter(({ text }) => !isHousekeeping(text)),
      countCalls,
    ) + Math.max(0, sumUp(housekeeping, countCalls) - begun);
  const first = sumUp(own, ({ roundTrips }) => (roundTrips?.alone ?? 0) + (roundTrips?.shared ?? 0));
  return first + Math.max(0, shared - elsewhere);
};

const isDetailed = ({ statementTexts }: LedgerFacts): boolean =>
  statementTexts.some(({ roundTrips }) => roundTrips !== undefined);

const findLeast = (facts: LedgerFacts, own: readonly StatementFacts[]): number => {
  const shapes = countShapes(facts);
  const executesAlone = shapes?.bareExecutes ?? 0;
  const known = (shapes?.closing ?? 0) + (shapes?.pings ?? 0) + executesAlone;
  const ran = facts.statements - executesAlone;
  const waits = facts.roundTrips - countConnecting(facts) - known;
  // Where the letters are not known, what goes beyond one round trip a statement is taken for prepares.
  const preparing = shapes?.preparing ?? Math.min(facts.prepares, Math.max(0, waits - ran));
  // The rows of a cursor are executes of its statement, which may be among these.
  const calls = Math.max(0, sumUp(own, countCalls) - executesAlone);
  const least = waits - preparing - (shapes?.mixed ?? 0) - Math.max(0, ran - calls);
  return Math.max(0, Math.min(calls, least));
};
