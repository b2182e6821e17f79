import type { LedgerFacts, StatementFacts } from '../../src/explain/index.ts';
import { countStatementRoundTrips } from '../../src/race/calibration/statement-round-trips.ts';

/** What a client sends before it waits: letters of messages, each with the text of its statement. */
export interface RoundTrip {
  readonly messages: readonly (readonly [letter: string, text?: string])[];
  readonly down: string;
}

/** The message groups by name, as drivers send them. */
export const run = (...texts: readonly string[]): RoundTrip => ({
  messages: [...texts.flatMap((text) => ['B', 'E'].map((letter) => [letter, text] as const)), ['S']],
  down: `${'2C'.repeat(texts.length)}Z`,
});
export const runAnew = (...texts: readonly string[]): RoundTrip => ({
  messages: [...texts.flatMap((text) => ['P', 'B', 'E'].map((letter) => [letter, text] as const)), ['S']],
  down: `${'12C'.repeat(texts.length)}Z`,
});
export const query = (text: string): RoundTrip => ({ messages: [['Q', text]], down: 'CZ' });
export const prepare = (text: string): RoundTrip => ({ messages: [['P', text], ['D', text], ['S']], down: '1tTZ' });
export const close = (): RoundTrip => ({ messages: [['C'], ['S']], down: '3Z' });
export const ping = (): RoundTrip => ({ messages: [['S']], down: 'Z' });
export const firstRows = (text: string): RoundTrip => ({ ...run(text), down: '2D+sZ' });
export const nextRows = (text: string): RoundTrip => ({ messages: [['E', text], ['S']], down: 'D+sZ' });

export const repeat = (count: number, trip: RoundTrip): readonly RoundTrip[] =>
  Array.from({ length: count }, () => trip);

/** How much a ledger tells: counts, the letters of round trips too, or each text's round trips as well. */
export type Detail = 'counts' | 'shapes' | 'texts';

/** The ledger of one request that makes these round trips. */
export const readLedger = (trips: readonly RoundTrip[], detail: Detail = 'texts'): LedgerFacts => {
  const messageGroups = trips.map(({ messages, down }) => ({
    connection: 1,
    up: spellLetters(messages.map(([letter]) => letter)),
    down,
    startNs: 0,
    gapNs: undefined,
    serverNs: 0,
    streamNs: 0,
    statement: messages.find(([letter]) => 'PBQ'.includes(letter))?.[1],
  }));
  const roundTrips = countStatementRoundTrips(messageGroups);
  const all = trips.flatMap(({ messages }) => messages);
  const countAll = (letter: string, text?: string): number =>
    all.filter(([own, of]) => own === letter && (text === undefined || of === text)).length;
  const texts = [...new Set(all.flatMap(([, text]) => text ?? []))];
  const statementTexts = texts.map(
    (text): StatementFacts => ({
      text,
      prepares: countAll('P', text),
      executes: countAll('E', text),
      queries: countAll('Q', text),
      ...(detail === 'texts' ? { roundTrips: roundTrips.get(text) ?? { preparing: 0, alone: 0, shared: 0 } } : {}),
    }),
  );
  return {
    requests: 1,
    roundTrips: trips.length,
    readyForQuery: trips.length,
    statements: countAll('E') + countAll('Q'),
    prepares: countAll('P'),
    executes: countAll('E'),
    connects: 0,
    statementTexts,
    ...(detail === 'counts'
      ? {}
      : { shapes: messageGroups.map(({ up, down }) => ({ shape: `${up}/${down}`, count: 1 })) }),
  };
};

/** As the tap writes them: a run of one letter once, with a `+`, and no more than 40. */
const spellLetters = (letters: readonly string[]): string =>
  letters
    .reduce((text, letter) => {
      if (text.endsWith(`${letter}+`)) return text;
      return text.endsWith(letter) ? `${text}+` : text + letter;
    }, '')
    .slice(0, 40);
