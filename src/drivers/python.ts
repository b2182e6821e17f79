import type { DriverEntry } from './entry.ts';

export const pythonDrivers: readonly DriverEntry[] = [
  {
    name: 'SQLAlchemy',
    layer: 'orm',
    packages: ['sqlalchemy', 'sqlmodel', 'flask-sqlalchemy'],
    settings: {
      check: { text: '`create_engine(pool_pre_ping=False)`', names: ['pool_pre_ping'] },
      reset: { text: '`create_engine(pool_reset_on_return=None)`', names: ['pool_reset_on_return'] },
      persist: {
        text: 'a pool of the engine (`pool_size`) instead of `NullPool`',
        names: ['pool_size', 'NullPool'],
      },
      autocommit: {
        text: '`create_engine(isolation_level="AUTOCOMMIT")`, or `execution_options(isolation_level="AUTOCOMMIT")` for the readers',
        names: ['isolation_level', 'AUTOCOMMIT', 'execution_options'],
      },
      fetch: { text: 'a larger `yield_per`', names: ['yield_per'] },
      prefetch: {
        text: '`selectinload` or `joinedload` in `options`',
        names: ['selectinload', 'joinedload', 'options'],
      },
    },
    above: {
      asyncpg: {
        // BEGIN, the query and ROLLBACK: the ping opens a transaction of its own, for the sake of PgBouncer.
        check: {
          text: '`create_async_engine(pool_pre_ping=False)`',
          names: ['create_async_engine', 'pool_pre_ping'],
          roundTripsEach: 3,
        },
        autocommit: {
          text: '`create_async_engine(isolation_level="AUTOCOMMIT")`, or `execution_options(isolation_level="AUTOCOMMIT")` for the readers',
          names: ['create_async_engine', 'isolation_level', 'AUTOCOMMIT', 'execution_options'],
        },
        cache: {
          text: '`prepared_statement_cache_size` above the number of different statements (100 by default)',
          names: ['prepared_statement_cache_size'],
        },
      },
    },
  },
  {
    name: 'Django',
    layer: 'orm',
    packages: ['django'],
    settings: {
      check: { text: '`CONN_HEALTH_CHECKS = False`', names: ['CONN_HEALTH_CHECKS'] },
      persist: { text: '`CONN_MAX_AGE = None`', names: ['CONN_MAX_AGE'] },
      autocommit: { text: '`ATOMIC_REQUESTS = False`', names: ['ATOMIC_REQUESTS'] },
      fetch: { text: 'a larger `chunk_size` in `iterator()`', names: ['chunk_size', 'iterator'] },
      pipeline: { text: 'one statement with `JSONBAgg`', names: ['JSONBAgg'] },
      prefetch: { text: '`select_related` or `prefetch_related`', names: ['select_related', 'prefetch_related'] },
    },
    above: {
      psycopg: {
        cache: {
          text: '`OPTIONS: {"server_side_binding": True, "prepare_threshold": 0}`',
          names: ['server_side_binding', 'prepare_threshold'],
        },
        persist: {
          text: '`CONN_MAX_AGE = None`, or `OPTIONS: {"pool": True}` from Django 5.1 on',
          names: ['CONN_MAX_AGE', 'pool'],
        },
      },
    },
  },
  {
    name: 'psycopg_pool',
    layer: 'pool',
    packages: ['psycopg-pool'],
    settings: {
      check: { text: '`ConnectionPool(check=None)`', names: ['ConnectionPool', 'check'] },
      reset: { text: '`ConnectionPool(reset=None)`', names: ['ConnectionPool', 'reset'] },
      persist: { text: 'one `ConnectionPool` that lives as long as the process', names: ['ConnectionPool'] },
    },
  },
  {
    name: 'asyncpg',
    layer: 'driver',
    packages: ['asyncpg'],
    settings: {
      cache: {
        text: '`statement_cache_size` above the number of different statements (100 by default), and a pooler that allows prepared statements',
        names: ['statement_cache_size'],
      },
      reset: {
        text: '`create_pool(reset=...)` with a coroutine that does nothing, or a `Connection` class whose `get_reset_query` is empty',
        names: ['create_pool', 'reset', 'Connection', 'get_reset_query'],
      },
      persist: { text: 'one `create_pool` for the process', names: ['create_pool'] },
      pipeline: { text: 'one statement with `json_agg`, or several connections: asyncpg has no pipeline', names: [] },
      fetch: { text: 'a larger `prefetch` in `cursor()`', names: ['prefetch', 'cursor'] },
    },
  },
  {
    name: 'psycopg',
    layer: 'driver',
    packages: ['psycopg', 'psycopg-binary', 'psycopg-c'],
    settings: {
      cache: {
        text: '`prepare_threshold=0` on the connection (5 by default), and `prepared_max` above the number of different statements',
        names: ['prepare_threshold', 'prepared_max'],
      },
      persist: { text: '`psycopg_pool.ConnectionPool`', names: ['ConnectionPool'], source: 'psycopg-pool' },
      autocommit: { text: '`autocommit=True` on the connection', names: ['autocommit'] },
      pipeline: { text: '`with conn.pipeline():`', names: ['pipeline'] },
      fetch: { text: 'a larger `itersize` of the cursor', names: ['itersize'] },
    },
  },
  {
    name: 'psycopg2',
    layer: 'driver',
    packages: ['psycopg2', 'psycopg2-binary'],
    source: 'psycopg2-binary',
    settings: {
      persist: { text: '`psycopg2.pool.ThreadedConnectionPool`', names: ['ThreadedConnectionPool'] },
      autocommit: { text: '`connection.autocommit = True`', names: ['autocommit'] },
      pipeline: { text: 'one statement with `json_agg`: psycopg2 has no pipeline', names: [] },
      fetch: { text: 'a larger `itersize` of the named cursor', names: ['itersize'] },
    },
  },
  {
    name: 'pg8000',
    layer: 'driver',
    packages: ['pg8000'],
    settings: {
      cache: {
        text: '`Connection.prepare` of its native interface, once for each connection',
        names: ['Connection', 'prepare'],
      },
      autocommit: { text: '`conn.autocommit = True`', names: ['autocommit'] },
      pipeline: { text: 'one statement with `json_agg`: pg8000 has no pipeline', names: [] },
    },
  },
];
