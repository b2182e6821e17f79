import { Client, type ClientConfig } from 'pg';
import { type Clock, PitwallError, sleepMs } from '../../base/index.ts';
import { checksumDatabase } from './checksum.ts';
import { appUser, databaseName } from './postgres-template.ts';

/** What a stage begins with. */
export interface DatabaseState {
  /** Of all rows, sequences and columns; see checksum.ts. */
  readonly checksum: string;
  /** Whether it was restored for this stage; where nothing ever wrote, it is as it was. */
  readonly isRestored: boolean;
  /** How long restoring and comparing took, milliseconds. */
  readonly ms: number;
}

/** Snapshots of the database, and which of them it is. One stage uses it at a time. */
export interface DatabaseStates {
  /**
   * Brings the database to a state, while nobody uses it. A snapshot of each is kept as a database that nobody can connect to; it is made once
   * by `fill`, from the workload's own data.
   * @param key names the state; the empty one is the workload's own data, for which nothing is filled in
   * @param fill gets a superuser's connection
   * @throws PitwallError `stage.state-differs` when what was restored is not what was kept, and whatever `fill` throws.
   */
  enter(key: string, fill: (client: Client) => Promise<void>): Promise<DatabaseState>;
}

interface Snapshot {
  readonly name: string;
  readonly checksum: string;
}

/** How long the sessions of the stage before may take to end, before they are ended. */
const leaveMs = 2_000;

export const openDatabaseStates = async (
  admin: (database: string) => ClientConfig,
  { clock, signal }: { readonly clock: Clock; readonly signal: AbortSignal },
): Promise<DatabaseStates> => {
  const snapshots = new Map<string, Snapshot>();
  let current: { readonly key: string; readonly transaction: string } | undefined;
  // From then on it is restored for every stage: all rounds begin alike, with a cold copy.
  let hasBeenWritten = false;

  const keep = async (key: string): Promise<void> => {
    const checksum = await withClient(admin(databaseName), async (client) => {
      await client.query('VACUUM (ANALYZE, FREEZE)');
      return checksumDatabase(client);
    });
    const name = `${databaseName}_snapshot_${snapshots.size}`;
    await withClient(admin('postgres'), async (client) => {
      await waitUntilLeft(client, clock, signal);
      await client.query(`ALTER DATABASE ${databaseName} RENAME TO ${name}`);
      await client.query(`ALTER DATABASE ${name} WITH IS_TEMPLATE true ALLOW_CONNECTIONS false`);
    });
    snapshots.set(key, { name, checksum });
    current = undefined;
  };
  const restore = (name: string): Promise<void> =>
    withClient(admin('postgres'), async (client) => {
      current = undefined;
      await client.query(`DROP DATABASE IF EXISTS ${databaseName} WITH (FORCE)`);
      await client.query(`CREATE DATABASE ${databaseName} TEMPLATE ${name} OWNER ${appUser}`);
    });

  await keep('');
  return {
    async enter(key, fill) {
      const startNs = clock.nowNs();
      if (current !== undefined) {
        const { transaction } = current;
        hasBeenWritten ||= await withClient(admin('postgres'), async (client) => {
          await waitUntilLeft(client, clock, signal);
          return (await nextTransaction(client)) !== transaction;
        });
      }
      if (!snapshots.has(key)) {
        await restore(snapshots.get('')!.name);
        await withClient(admin(databaseName), fill);
        await keep(key);
      }
      const { name, checksum } = snapshots.get(key)!;
      if (current?.key === key && !hasBeenWritten) return { checksum, isRestored: false, ms: 0 };
      await restore(name);
      const found = await withClient(admin(databaseName), checksumDatabase);
      if (found !== checksum) {
        throw new PitwallError('stage.state-differs', `The database was restored to ${found}, and was ${checksum}.`);
      }
      current = { key, transaction: await withClient(admin('postgres'), nextTransaction) };
      return { checksum, isRestored: true, ms: (clock.nowNs() - startNs) / 1e6 };
    },
  };
};

/**
 * Every transaction that writes takes a number, also one that is rolled back, and only those: unlike the counters of pg_stat_database it is
 * exact at once. Postgres analyses tables by itself only after somebody wrote.
 */
const nextTransaction = async (client: Client): Promise<string> => {
  const { rows } = await client.query<{ next: string }>('SELECT pg_snapshot_xmax(pg_current_snapshot())::text AS next');
  return rows[0]!.next;
};

/** Sessions end a moment after the process at their other end. */
const waitUntilLeft = async (client: Client, clock: Clock, signal: AbortSignal): Promise<void> => {
  const pauseMs = 10;
  for (let waitedMs = 0; ; waitedMs += pauseMs) {
    const { rows } = await client.query<{ sessions: number }>(
      `SELECT count(*)::int AS sessions, count(CASE WHEN ${waitedMs >= leaveMs} THEN pg_terminate_backend(pid) END)
         FROM pg_stat_activity WHERE datname = $1`,
      [databaseName],
    );
    if (rows[0]!.sessions === 0 || waitedMs >= 2 * leaveMs) return;
    await sleepMs(clock, pauseMs, signal);
  }
};

const withClient = async <T>(config: ClientConfig, work: (client: Client) => Promise<T>): Promise<T> => {
  const client = new Client(config);
  client.on('error', () => {});
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
};
