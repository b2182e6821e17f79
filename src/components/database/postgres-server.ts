import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { ClientConfig } from 'pg';
import type { HostProcess } from '../../hosts/index.ts';
import { bareEnv, findHome, type StageContext } from '../context.ts';
import { giveTo } from '../host/ownership.ts';
import { probeDatabase, startWhenReady } from '../probe.ts';
import type { PostgresBinaries } from './postgres-binaries.ts';

/** The role that owns everything; only pitwall logs in as it. */
export const superuser = 'postgres';

export interface PostgresServerOptions {
  readonly dataFolder: string;
  readonly superuserPassword: string;
  /** Listens on TCP too; without it only on a unix socket. */
  readonly tcp?: { readonly address: string; readonly port: number };
  /** More `name=value` settings. */
  readonly settings?: Readonly<Record<string, string>>;
}

export interface PostgresServer extends AsyncDisposable {
  readonly process: HostProcess;
  /** Connects as superuser through the unix socket. */
  admin(database: string): ClientConfig;
}

/** Starts Postgres on a data directory and waits until it answers a query. */
export const startPostgresServer = async (
  context: StageContext,
  binaries: PostgresBinaries,
  { dataFolder, superuserPassword, tcp, settings = {} }: PostgresServerOptions,
): Promise<PostgresServer> => {
  const { databaseUser } = context;
  const { host, placement } = findHome(context, 'database');
  const socketFolder = join(context.runFolder, 'postgres');
  await mkdir(socketFolder, { recursive: true, mode: 0o711 });
  await giveTo(databaseUser, socketFolder);
  const port = tcp?.port ?? 5432;
  const all: Record<string, string> = {
    listen_addresses: tcp?.address ?? '',
    port: String(port),
    // A list, in which a comma or a blank ends a name.
    unix_socket_directories: `"${socketFolder.replaceAll('"', '""')}"`,
    unix_socket_permissions: '0777',
    logging_collector: 'off',
    timezone: 'UTC',
    ...settings,
  };
  const admin = (database: string): ClientConfig => ({
    host: socketFolder,
    port,
    user: superuser,
    password: superuserPassword,
    database,
    connectionTimeoutMillis: 5_000,
  });
  const process = await startWhenReady(
    host,
    {
      placement,
      name: 'database',
      command: [
        join(binaries.folder, 'bin', 'postgres'),
        '-D',
        dataFolder,
        ...Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
      ],
      cwd: socketFolder,
      env: bareEnv,
      ...(databaseUser ? { user: databaseUser } : {}),
      logFile: join(context.logFolder, 'database.log'),
      // Fast shutdown: ends sessions and writes a checkpoint (SIGTERM would wait for the clients to leave).
      stopSignal: 'SIGINT',
      graceMs: 10_000,
    },
    () => probeDatabase(admin('postgres')),
    context,
  );
  return { process, admin, [Symbol.asyncDispose]: () => process[Symbol.asyncDispose]() as Promise<void> };
};
