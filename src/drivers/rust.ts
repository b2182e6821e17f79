import type { DriverEntry } from './entry.ts';

const joined = {
  text: 'poll several `query` futures together (`futures::try_join!`): tokio-postgres pipelines them',
  names: ['query'],
  source: 'tokio-postgres',
};
const oneStatement = { text: 'one statement with `json_agg`', names: [] };

export const rustDrivers: readonly DriverEntry[] = [
  {
    name: 'SeaORM',
    layer: 'orm',
    packages: ['sea-orm'],
    settings: {
      check: { text: '`ConnectOptions::test_before_acquire(false)`', names: ['ConnectOptions', 'test_before_acquire'] },
      prefetch: {
        text: '`find_with_related`, or `load_many` for the rows that were found',
        names: ['find_with_related', 'load_many'],
      },
    },
  },
  {
    name: 'bb8-postgres',
    layer: 'pool',
    packages: ['bb8-postgres', 'bb8'],
    source: 'bb8',
    settings: {
      cache: {
        text: 'keep `Statement`s with the connection (a `CustomizeConnection`), or `deadpool-postgres` with `prepare_cached`',
        names: ['CustomizeConnection'],
      },
      check: { text: '`Pool::builder().test_on_check_out(false)`', names: ['Pool', 'test_on_check_out'] },
      persist: { text: 'one `Pool` for the process', names: ['Pool'] },
    },
    above: {
      'diesel-async': {
        cache: {
          text: '`set_prepared_statement_cache_size(CacheSize::Unbounded)`',
          names: ['set_prepared_statement_cache_size', 'CacheSize'],
          source: 'diesel-async',
        },
        check: {
          text: '`Pool::builder().test_on_check_out(false)`',
          names: ['Pool', 'test_on_check_out'],
        },
      },
    },
  },
  {
    name: 'deadpool-postgres',
    layer: 'pool',
    packages: ['deadpool-postgres'],
    settings: {
      cache: { text: '`client.prepare_cached(sql)`', names: ['prepare_cached'] },
      check: { text: '`RecyclingMethod::Fast` instead of `Verified`', names: ['RecyclingMethod', 'Fast', 'Verified'] },
      reset: { text: '`RecyclingMethod::Fast` instead of `Clean`', names: ['RecyclingMethod', 'Fast', 'Clean'] },
      persist: { text: 'one `Pool` for the process', names: ['Pool'] },
    },
  },
  {
    name: 'r2d2',
    layer: 'pool',
    packages: ['r2d2', 'r2d2_postgres'],
    settings: {
      check: { text: '`Pool::builder().test_on_check_out(false)`', names: ['Pool', 'test_on_check_out'] },
      persist: { text: 'one `Pool` for the process', names: ['Pool'] },
    },
  },
  {
    name: 'sqlx',
    layer: 'driver',
    packages: ['sqlx', 'sqlx-postgres'],
    source: 'sqlx-postgres',
    settings: {
      cache: {
        text: '`.persistent(true)`, and `statement_cache_capacity` above the number of different statements (100 by default)',
        names: ['persistent', 'statement_cache_capacity'],
      },
      check: {
        text: '`PoolOptions::test_before_acquire(false)`',
        names: ['PoolOptions', 'test_before_acquire'],
        source: 'sqlx-core',
      },
      persist: { text: 'one `PgPool` for the process', names: ['PgPool'] },
      pipeline: { text: 'one statement with `json_agg`, or several connections: sqlx has no pipeline', names: [] },
    },
  },
  {
    name: 'diesel-async',
    layer: 'driver',
    packages: ['diesel-async'],
    settings: {
      cache: {
        text: '`set_prepared_statement_cache_size(CacheSize::Unbounded)`',
        names: ['set_prepared_statement_cache_size', 'CacheSize'],
      },
      check: { text: '`RecyclingMethod::Fast` instead of `Verified`', names: ['RecyclingMethod', 'Fast', 'Verified'] },
      pipeline: { text: 'poll several queries on one connection together (`futures::try_join!`)', names: [] },
      prefetch: { text: '`belonging_to` with `grouped_by`', names: ['belonging_to', 'grouped_by'], source: 'diesel' },
    },
  },
  {
    name: 'diesel',
    layer: 'driver',
    packages: ['diesel'],
    settings: {
      cache: {
        text: '`set_prepared_statement_cache_size(CacheSize::Unbounded)`',
        names: ['set_prepared_statement_cache_size', 'CacheSize', 'Unbounded'],
      },
      persist: { text: '`diesel::r2d2::Pool`', names: ['r2d2'] },
      pipeline: { ...oneStatement, text: 'one statement with `json_agg`: diesel has no pipeline' },
      prefetch: { text: '`belonging_to` with `grouped_by`', names: ['belonging_to', 'grouped_by'] },
    },
  },
  // It stands on tokio-postgres, which is in the same lock file.
  {
    name: 'rust-postgres',
    layer: 'driver',
    packages: ['postgres'],
    settings: {
      cache: {
        text: '`client.prepare` once and pass the `Statement`, instead of `query(&str, ..)`',
        names: ['prepare', 'Statement', 'query'],
      },
      persist: { text: 'a pool, `r2d2_postgres`', names: [] },
      pipeline: { text: 'one statement with `json_agg`, or `tokio-postgres`, which pipelines', names: [] },
      fetch: { text: 'more rows for each `query_portal`', names: ['query_portal'] },
    },
  },
  {
    name: 'tokio-postgres',
    layer: 'driver',
    packages: ['tokio-postgres'],
    settings: {
      cache: {
        text: '`client.prepare` once and pass the `Statement`, or `query_typed`, instead of `query(&str, ..)`',
        names: ['prepare', 'Statement', 'query_typed', 'query'],
      },
      persist: { text: 'a pool, `deadpool-postgres` or `bb8-postgres`', names: [] },
      pipeline: joined,
      fetch: { text: 'more rows for each `query_portal`', names: ['query_portal'] },
    },
  },
];
