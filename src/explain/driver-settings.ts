/** Drivers whose settings are known by name; a pool's name stands for the driver under it. */
export type Driver =
  | 'tokio-postgres'
  | 'bb8-postgres'
  | 'deadpool-postgres'
  | 'sqlx'
  | 'asyncpg'
  | 'psycopg'
  | 'django'
  | 'pg'
  | 'postgres.js'
  | 'pgx'
  | 'npgsql'
  | 'pgjdbc';

/** What a piece of advice needs a setting for. */
export type Purpose = 'cache' | 'check' | 'reset' | 'persist' | 'autocommit' | 'pipeline';

const general: Readonly<Record<Purpose, string>> = {
  cache: "the driver's statement cache, or a named prepared statement",
  check: "turn off the pool's test on checkout, or test only connections that were idle for long",
  reset: "turn off the pool's reset on return",
  persist: 'a connection pool, in the application or as PgBouncer beside it',
  autocommit: "the driver's autocommit mode",
  pipeline: "the driver's pipeline mode, a batch, or one statement with JSON aggregates",
};

const settings: Readonly<Record<Driver, Partial<Readonly<Record<Purpose, string>>>>> = {
  'tokio-postgres': {
    cache: '`client.prepare` once and pass the `Statement`, or `query_typed`, instead of `query(&str, ..)`',
    pipeline: 'poll several `query` futures together (`futures::try_join!`): tokio-postgres pipelines them',
  },
  'bb8-postgres': {
    cache:
      'keep `Statement`s with the connection (a `CustomizeConnection`), or `deadpool-postgres` with `prepare_cached`',
    check: '`Pool::builder().test_on_check_out(false)`',
    pipeline: 'poll several `query` futures together (`futures::try_join!`): tokio-postgres pipelines them',
  },
  'deadpool-postgres': {
    cache: '`client.prepare_cached(sql)`',
    check: '`RecyclingMethod::Fast` (the default) instead of `Verified`',
    reset: '`RecyclingMethod::Fast` (the default) instead of `Clean`',
    pipeline: 'poll several `query` futures together (`futures::try_join!`)',
  },
  sqlx: {
    cache: '`.persistent(true)` (the default) and `statement_cache_capacity` large enough',
    check: '`PoolOptions::test_before_acquire(false)`',
  },
  asyncpg: {
    cache: '`statement_cache_size` above 0 (100 by default), with a pooler that allows prepared statements',
    reset:
      '`create_pool(reset=...)` with a coroutine that does nothing, or a `Connection` class whose `get_reset_query` is empty',
    pipeline: 'asyncpg has none: one statement with `json_agg`, or several connections',
  },
  psycopg: {
    cache: '`prepare_threshold=0` on the connection (5 by default)',
    check: '`ConnectionPool(check=None)` (the default)',
    reset: '`ConnectionPool(reset=None)` (the default)',
    persist: '`psycopg_pool.ConnectionPool`',
    autocommit: '`autocommit=True` on the connection',
    pipeline: '`with conn.pipeline():`',
  },
  django: {
    cache: '`OPTIONS: {"server_side_binding": True, "prepare_threshold": 0}` with psycopg 3',
    check: '`CONN_HEALTH_CHECKS = False`',
    persist: '`CONN_MAX_AGE = None`, or `OPTIONS: {"pool": True}` with psycopg 3 (Django 5.1 or later)',
    autocommit: '`ATOMIC_REQUESTS = False`',
    pipeline: '`select_related`, `prefetch_related`, or one statement with `JSONBAgg`',
  },
  pg: {
    cache: 'a `name` in the query object',
    pipeline: '`pipeline: true` on the client where your release has it, or one statement with `json_agg`',
  },
  'postgres.js': {
    cache: '`prepare: true` (the default)',
    pipeline: '`Promise.all` on one connection (`sql.begin` or `max: 1`): postgres.js pipelines by itself',
  },
  pgx: {
    cache: '`QueryExecModeCacheStatement` (the default)',
    check: 'leave `ShouldPing` alone: pgxpool pings only what was idle for a second',
    pipeline: '`conn.SendBatch`',
  },
  npgsql: {
    cache: '`Max Auto Prepare` above 0 in the connection string',
    reset: '`No Reset On Close=true`',
    persist: '`Pooling=true` (the default)',
    pipeline: '`NpgsqlBatch`',
  },
  pgjdbc: {
    cache: '`prepareThreshold` (5 by default) and `preparedStatementCacheQueries`',
    autocommit: '`setAutoCommit(true)`',
    pipeline: '`addBatch` for writes; one statement with `json_agg` for reads',
  },
};

/** The driver's own name for what a piece of advice asks for, or general words where it has none. */
export const settingFor = (driver: Driver | undefined, purpose: Purpose): string =>
  (driver && settings[driver][purpose]) ?? general[purpose];
