import { encodeHistogram, type Histogram } from '../../stats/index.ts';
import type { Counts, Ledger } from './ledger.ts';
import type { StatementCount } from './statements.ts';
import type { MessageGroupTrace } from './trace.ts';

/** A distribution of times, in milliseconds. */
export interface TimeSummary {
  readonly count: number;
  readonly meanMs: number;
  readonly p50Ms: number;
  readonly p90Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
  /** HDR V2 in base64; its values are nanoseconds. */
  readonly histogram: string;
}

/** What leaves a tap. */
export interface LedgerSnapshot extends Readonly<Counts> {
  readonly connects: number;
  /** `auth` is absent where connections were encrypted past the tap: their logins are in `round trips`. */
  readonly connectRoundTrips: { readonly tcp: number; readonly tls: number; readonly auth?: number };
  readonly cancels: number;
  readonly encrypted: number;
  readonly unparsed: number;
  readonly unparsedReasons: readonly { readonly reason: string; readonly connections: number }[];
  readonly connectionsNow: number;
  readonly connectionsPeak: number;
  /** Connections inside a transaction, at most at a time. */
  readonly inUsePeak: number;
  /** Last client byte passed on to first response byte. */
  readonly serverTime: TimeSummary;
  /** First to last response byte. */
  readonly streamTime: TimeSummary;
  /** Last response byte to next client byte, idle time in a pool included. */
  readonly clientGap: TimeSummary;
  /** First byte of a transaction to its ReadyForQuery: what a transaction-pooled server connection is taken for. */
  readonly transactions: TimeSummary;
  /**
   * First byte after the connection was away from its client (or of the statement that begins every hold, where
   * that was told) to the last answer before it is away again.
   */
  readonly holds: TimeSummary;
  readonly statementTexts: readonly Readonly<StatementCount>[];
  /** Client letters / server letters of the round trips, the most frequent first. */
  readonly shapes: readonly { readonly shape: string; readonly count: number }[];
  /** First client byte to last response byte since the reset; absent before there were both. */
  readonly spanMs?: number;
  /** The last round trips over all connections, the oldest first. */
  readonly trace: readonly MessageGroupTrace[];
}

export const summariseTimes = (histogram: Histogram): TimeSummary => ({
  count: histogram.total,
  meanMs: histogram.mean / 1e6,
  p50Ms: histogram.quantile(0.5) / 1e6,
  p90Ms: histogram.quantile(0.9) / 1e6,
  p99Ms: histogram.quantile(0.99) / 1e6,
  maxMs: histogram.max / 1e6,
  histogram: encodeHistogram(histogram),
});

/** `open`: the counts of connections that are open; the ledger holds those of closed ones. */
export const takeSnapshot = (
  ledger: Ledger,
  open: Iterable<Counts>,
  trace: readonly MessageGroupTrace[],
): LedgerSnapshot => {
  const counts = { ...ledger.counts };
  for (const own of open) addCounts(counts, own);
  const { tcp, tls, auth } = ledger.connectRoundTrips;
  const { firstUpNs, lastDownNs } = ledger;
  return {
    ...counts,
    connects: ledger.connects,
    connectRoundTrips: ledger.encrypted > 0 ? { tcp, tls } : { tcp, tls, auth },
    cancels: ledger.cancels,
    encrypted: ledger.encrypted,
    unparsed: ledger.unparsed,
    unparsedReasons: [...ledger.unparsedReasons].map(([reason, connections]) => ({ reason, connections })),
    connectionsNow: ledger.connectionsNow,
    connectionsPeak: ledger.connectionsPeak,
    inUsePeak: ledger.inUsePeak,
    serverTime: summariseTimes(ledger.serverTime),
    streamTime: summariseTimes(ledger.streamTime),
    clientGap: summariseTimes(ledger.clientGap),
    transactions: summariseTimes(ledger.transactions),
    holds: summariseTimes(ledger.holds),
    statementTexts: [...ledger.statements.all]
      .filter((entry) => entry.prepares + entry.executes + entry.queries > 0)
      .map((entry) => ({ ...entry })),
    shapes: [...ledger.shapes].map(([shape, count]) => ({ shape, count })).sort((a, b) => b.count - a.count),
    ...(firstUpNs === undefined || lastDownNs === undefined || lastDownNs < firstUpNs
      ? {}
      : { spanMs: (lastDownNs - firstUpNs) / 1e6 }),
    trace,
  };
};

/** Adds counts to a total. */
export const addCounts = (total: Counts, counts: Counts): void => {
  for (const key of Object.keys(total) as (keyof Counts)[]) total[key] += counts[key];
};
