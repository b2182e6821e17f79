import { Histogram } from '../../stats/index.ts';
import type { NameBudget } from './names.ts';
import { createStatements, type Statements } from './statements.ts';

/** What one connection, or all of them, cost. Counts since the tap began or its last reset. */
export interface Counts {
  /** Waits of the client: a message group that asks for an answer, and the answer. Connecting is included, TCP's handshake too. */
  roundTrips: number;
  readyForQuery: number;
  /** Simple queries and executes: what the client asked to run. */
  statements: number;
  simpleQueries: number;
  prepares: number;
  executes: number;
  /** New message groups sent while the answer to an earlier one was incomplete: pipelining, not waits. */
  overlapped: number;
  /** ErrorResponses. */
  errors: number;
  /** CopyIn, CopyOut and CopyBoth responses. */
  copies: number;
  bytesUp: number;
  bytesDown: number;
  messagesUp: number;
  messagesDown: number;
}

export const zeroCounts = (): Counts => ({
  roundTrips: 0,
  readyForQuery: 0,
  statements: 0,
  simpleQueries: 0,
  prepares: 0,
  executes: 0,
  overlapped: 0,
  errors: 0,
  copies: 0,
  bytesUp: 0,
  bytesDown: 0,
  messagesUp: 0,
  messagesDown: 0,
});

/** Times in nanoseconds. A minute is the most that has a cell of its own. */
const minuteNs = 60e9;

/** The most statements and portals that are kept at a time: some 30 MB. */
const maxNames = 200_000;

/** The mutable ledger of a tap; `takeSnapshot` makes what leaves it. */
export interface Ledger {
  readonly counts: Counts;
  /** Connections that clients opened. */
  connects: number;
  /** Round trips of connecting, by what they were for: TLS holds the SSLRequest too. */
  readonly connectRoundTrips: { tcp: number; tls: number; auth: number };
  /** CancelRequests. */
  cancels: number;
  /** Connections that were encrypted past the tap: counted by TLS records. */
  encrypted: number;
  /** Connections that stopped being Postgres: forwarded, and counted by direction only. */
  unparsed: number;
  connectionsNow: number;
  connectionsPeak: number;
  /** Connections between the first byte of a transaction and its end. */
  inUseNow: number;
  inUsePeak: number;
  readonly serverTime: Histogram;
  readonly streamTime: Histogram;
  readonly clientGap: Histogram;
  readonly transactions: Histogram;
  readonly holds: Histogram;
  readonly statements: Statements;
  /** For the names of statements and portals on all connections together. */
  readonly nameBudget: NameBudget;
  /** How often each shape of a round trip was seen: client letters / server letters. */
  readonly shapes: Map<string, number>;
  /** First client byte and last response byte since the reset, on the clock of the tap. */
  firstUpNs: number | undefined;
  lastDownNs: number | undefined;
  /** Why connections were not parsed. */
  readonly unparsedReasons: Map<string, number>;
}

export const createLedger = (): Ledger => ({
  counts: zeroCounts(),
  connects: 0,
  connectRoundTrips: { tcp: 0, tls: 0, auth: 0 },
  cancels: 0,
  encrypted: 0,
  unparsed: 0,
  connectionsNow: 0,
  connectionsPeak: 0,
  inUseNow: 0,
  inUsePeak: 0,
  serverTime: new Histogram(minuteNs),
  streamTime: new Histogram(minuteNs),
  clientGap: new Histogram(minuteNs),
  transactions: new Histogram(minuteNs),
  holds: new Histogram(minuteNs),
  statements: createStatements(),
  nameBudget: { left: maxNames },
  shapes: new Map(),
  firstUpNs: undefined,
  lastDownNs: undefined,
  unparsedReasons: new Map(),
});

/** Sets all counts to 0; connections that are open stay counted as open. */
export const resetLedger = (ledger: Ledger): void => {
  Object.assign(ledger.counts, zeroCounts());
  ledger.connects = 0;
  Object.assign(ledger.connectRoundTrips, { tcp: 0, tls: 0, auth: 0 });
  ledger.cancels = 0;
  ledger.encrypted = 0;
  ledger.unparsed = 0;
  ledger.connectionsPeak = ledger.connectionsNow;
  ledger.inUsePeak = ledger.inUseNow;
  for (const histogram of [ledger.serverTime, ledger.streamTime, ledger.clientGap, ledger.transactions, ledger.holds]) {
    histogram.reset();
  }
  ledger.statements.reset();
  ledger.shapes.clear();
  ledger.firstUpNs = undefined;
  ledger.lastDownNs = undefined;
  ledger.unparsedReasons.clear();
};

/** Reasons quote what a peer sent, and a peer may send anything. */
const maxReasons = 50;

export const noteUnparsed = (ledger: Ledger, reason: string): void => {
  const { unparsedReasons } = ledger;
  const kept = unparsedReasons.size < maxReasons || unparsedReasons.has(reason) ? reason : 'other reasons';
  ledger.unparsed += 1;
  unparsedReasons.set(kept, (unparsedReasons.get(kept) ?? 0) + 1);
};
