/** A row as the admin console sends it: text, numbers as text. */
export type ConsoleRow = Readonly<Record<string, unknown>>;

/** Sums over the databases, the console's own left out. Totals since PgBouncer started. */
export interface PgBouncerReading {
  readonly transactions: number;
  readonly queries: number;
  readonly bytesReceived: number;
  readonly bytesSent: number;
  /** Time that server connections were inside a transaction. */
  readonly transactionSeconds: number;
  readonly querySeconds: number;
  /** Time that clients waited for a server connection. */
  readonly waitSeconds: number;
  readonly clientsActive: number;
  readonly clientsWaiting: number;
  readonly serversActive: number;
  readonly serversIdle: number;
  /** How long the client that waits longest has waited. */
  readonly longestWaitSeconds: number;
}

/** Reads SHOW STATS and SHOW POOLS (https://www.pgbouncer.org/usage.html); times there are microseconds. */
export const parsePgBouncer = (stats: readonly ConsoleRow[], pools: readonly ConsoleRow[]): PgBouncerReading => {
  const sum = (rows: readonly ConsoleRow[], column: string): number => {
    let total = 0;
    for (const row of rows) {
      if (row['database'] !== 'pgbouncer') total += Number(row[column] ?? 0);
    }
    return total;
  };
  const waits = pools
    .filter((row) => row['database'] !== 'pgbouncer')
    .map((row) => Number(row['maxwait'] ?? 0) + Number(row['maxwait_us'] ?? 0) / 1e6);
  return {
    transactions: sum(stats, 'total_xact_count'),
    queries: sum(stats, 'total_query_count'),
    bytesReceived: sum(stats, 'total_received'),
    bytesSent: sum(stats, 'total_sent'),
    transactionSeconds: sum(stats, 'total_xact_time') / 1e6,
    querySeconds: sum(stats, 'total_query_time') / 1e6,
    waitSeconds: sum(stats, 'total_wait_time') / 1e6,
    clientsActive: sum(pools, 'cl_active'),
    clientsWaiting: sum(pools, 'cl_waiting'),
    serversActive: sum(pools, 'sv_active'),
    serversIdle: sum(pools, 'sv_idle'),
    longestWaitSeconds: Math.max(0, ...waits),
  };
};
