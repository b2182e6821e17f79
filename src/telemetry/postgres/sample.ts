import pg from 'pg';
import { type Clock, describeThrown, PitwallError } from '../../base/index.ts';
import { type Sampler, startSampler } from '../sampler.ts';

export interface PostgresReading {
  /** Client backends by what they do: `active CPU`, `active LWLock/WALWrite`, `idle`, `idle in transaction`... */
  readonly backends: readonly { readonly state: string; readonly count: number }[];
}

/** What a statement cost since the sampler began. */
export interface StatementCost {
  readonly text: string;
  readonly calls: number;
  readonly rows: number;
  readonly executionMs: number;
  /** Absent unless `pg_stat_statements.track_planning` is on. */
  readonly planningMs?: number;
}

export interface PostgresSamplerOptions {
  readonly connectionString: string;
  readonly intervalMs: number;
  readonly clock: Clock;
}

export interface PostgresSampler extends Sampler<PostgresReading> {
  /** The dearest statements first; or why they can't be told. */
  statements(): Promise<{ readonly costs: readonly StatementCost[] } | { readonly reason: string }>;
}

/** Backends that have work but no wait event are on a core, or wait for one. */
const activity = `
  SELECT CASE WHEN state = 'active' THEN 'active ' || coalesce(wait_event_type || '/' || wait_event, 'CPU')
              ELSE coalesce(state, 'unknown') END AS state,
         count(*)::int AS count
    FROM pg_stat_activity
   WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()
   GROUP BY 1 ORDER BY 1`;

/**
 * Samples wait events, and on demand pg_stat_statements. It takes a connection and a query for each sample, so it
 * is off unless asked for. Rejects with `observe.failed` when it can't connect.
 */
export const startPostgresSampler = async (options: PostgresSamplerOptions): Promise<PostgresSampler> => {
  const { connectionString, intervalMs, clock } = options;
  const client = new pg.Client({ connectionString, application_name: 'pitwall observe' });
  client.on('error', () => undefined);
  try {
    await client.connect();
  } catch (cause) {
    throw new PitwallError('observe.failed', 'Can’t connect to Postgres to sample it.', { cause });
  }
  const readStatements = async (): Promise<Map<string, StatementCost>> => {
    const { rows } = await client.query(
      'SELECT queryid::text AS id, query, calls::float8, rows::float8, total_exec_time, total_plan_time FROM pg_stat_statements',
    );
    return new Map(
      rows.map((row) => [
        row.id,
        {
          text: String(row.query),
          calls: Number(row.calls),
          rows: Number(row.rows),
          executionMs: Number(row.total_exec_time),
          planningMs: Number(row.total_plan_time),
        },
      ]),
    );
  };
  let base: ReadonlyMap<string, StatementCost> = new Map();
  let missing: string | undefined;
  try {
    base = await readStatements();
  } catch (error) {
    missing = `pg_stat_statements is not there: ${describeThrown(error)}`;
  }
  const sampler = startSampler({
    intervalMs,
    clock,
    read: async (): Promise<PostgresReading> => ({ backends: (await client.query(activity)).rows }),
    close: () => client.end(),
  });
  return {
    ...sampler,
    async statements() {
      if (missing !== undefined) return { reason: missing };
      return { costs: costsSince(base, await readStatements()) };
    },
  };
};

const costsSince = (
  before: ReadonlyMap<string, StatementCost>,
  after: ReadonlyMap<string, StatementCost>,
): readonly StatementCost[] =>
  [...after]
    .map(([id, now]) => {
      const then = before.get(id);
      const planningMs = (now.planningMs ?? 0) - (then?.planningMs ?? 0);
      return {
        text: now.text,
        calls: now.calls - (then?.calls ?? 0),
        rows: now.rows - (then?.rows ?? 0),
        executionMs: now.executionMs - (then?.executionMs ?? 0),
        ...(planningMs > 0 ? { planningMs } : {}),
      };
    })
    .filter(({ calls }) => calls > 0)
    .sort((a, b) => b.executionMs - a.executionMs);
