import type { DriverEntry } from './entry.ts';

const idleConnections = {
  text: '`db.SetMaxIdleConns` and `db.SetMaxOpenConns` of the same size (2 stay idle by default)',
  names: ['SetMaxIdleConns', 'SetMaxOpenConns'],
  source: 'database/sql',
};

export const goDrivers: readonly DriverEntry[] = [
  {
    name: 'GORM',
    layer: 'orm',
    packages: ['gorm.io/gorm', 'gorm.io/driver/postgres'],
    settings: {
      cache: { text: '`gorm.Config{PrepareStmt: true}`', names: ['Config', 'PrepareStmt'] },
      persist: idleConnections,
      autocommit: { text: '`gorm.Config{SkipDefaultTransaction: true}`', names: ['Config', 'SkipDefaultTransaction'] },
      prefetch: { text: '`Preload` or `Joins`', names: ['Preload', 'Joins'] },
    },
  },
  {
    name: 'pgx',
    layer: 'driver',
    packages: ['github.com/jackc/pgx', 'github.com/jackc/pgx/*'],
    source: 'github.com/jackc/pgx/v5',
    settings: {
      // QueryExecModeCacheStatement is the default: who prepares anew all the same has more texts than it keeps, or another mode.
      cache: {
        text: '`statement_cache_capacity` above the number of different statements (512 by default), and neither `QueryExecModeDescribeExec` nor values written into the SQL',
        names: ['statement_cache_capacity', 'QueryExecModeDescribeExec'],
      },
      check: {
        text: 'a `ShouldPing` that says yes only after a longer time without use',
        names: ['ShouldPing'],
      },
      persist: { text: 'one `pgxpool.Pool` for the process', names: ['pgxpool', 'Pool'] },
      pipeline: { text: '`conn.SendBatch`', names: ['SendBatch'] },
    },
  },
  {
    name: 'lib/pq',
    layer: 'driver',
    packages: ['github.com/lib/pq'],
    settings: {
      cache: {
        text: '`db.Prepare` once and keep the `*sql.Stmt`, or `binary_parameters=yes`, which sends Parse, Bind and Execute together',
        names: ['Prepare', 'Stmt', 'binary_parameters'],
      },
      persist: idleConnections,
      pipeline: { text: 'one statement with `json_agg`, or pgx with `SendBatch`: lib/pq has no pipeline', names: [] },
    },
  },
];
