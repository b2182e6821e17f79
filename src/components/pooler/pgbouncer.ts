import { randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { poolMode } from '../../base/index.ts';
import type { Component } from '../component.ts';
import { bareEnv, type DatabaseEndpoint, findHome, type StageContext } from '../context.ts';
import { giveTo } from '../host/ownership.ts';
import { probeDatabase, startWhenReady } from '../probe.ts';

const adminUser = 'pitwall';

/** Its endpoint has the same user, password and database as the one behind it. */
export interface Pgbouncer extends Component<DatabaseEndpoint> {
  /** How to log in to the admin console, for SHOW commands. */
  readonly console: PoolerConsole;
}

export interface PoolerConsole {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
}

export interface PgbouncerOptions {
  readonly command: string;
  readonly upstream: DatabaseEndpoint;
  /** Server connections that it opens at most. */
  readonly connections: number;
  readonly logFile: string;
}

/** Starts PgBouncer as the provider of the original post runs it: session pooling, TLS and SCRAM towards its clients. */
export const startPgbouncer = async (context: StageContext, options: PgbouncerOptions): Promise<Pgbouncer> => {
  const { databaseUser } = context;
  const { host, placement } = findHome(context, 'pooler');
  const { upstream } = options;
  const folder = join(context.runFolder, `pooler-${randomBytes(4).toString('hex')}`);
  await mkdir(folder, { mode: 0o700 });
  const port = await host.freePort();
  const adminPassword = randomBytes(24).toString('base64url');
  const certificate = context.databaseCertificate;
  const files = {
    config: join(folder, 'pgbouncer.ini'),
    users: join(folder, 'users.txt'),
    key: join(folder, 'server.key'),
    cert: join(folder, 'server.crt'),
  };
  await writeFile(files.key, certificate.key, { mode: 0o600 });
  await writeFile(files.cert, certificate.cert);
  // Plain passwords, for PgBouncer answers SCRAM on one side and asks with it on the other.
  const users = [
    [upstream.user, upstream.password],
    [adminUser, adminPassword],
  ];
  await writeFile(files.users, users.map((pair) => pair.map((text) => `"${text}"`).join(' ')).join('\n'), {
    mode: 0o600,
  });
  await writeFile(files.config, formatConfig({ ...options, address: host.address, port, files }), { mode: 0o600 });
  await giveTo(databaseUser, folder, ...Object.values(files));

  const address = { host: host.address, port };
  const { user, password, database } = upstream;
  const process = await startWhenReady(
    host,
    {
      placement,
      name: 'pooler',
      command: [options.command, files.config],
      cwd: folder,
      env: bareEnv,
      ...(databaseUser ? { user: databaseUser } : {}),
      logFile: options.logFile,
      // Immediate shutdown (SIGINT would wait for its clients).
      stopSignal: 'SIGTERM',
    },
    () => probeDatabase({ ...address, user, password, database }),
    context,
  );
  return {
    process,
    endpoint: { ...upstream, ...address },
    console: { ...address, user: adminUser, password: adminPassword },
    [Symbol.asyncDispose]: () => process[Symbol.asyncDispose]() as Promise<void>,
  };
};

const formatConfig = ({
  upstream,
  connections,
  address,
  port,
  files,
}: PgbouncerOptions & { address: string; port: number; files: Readonly<Record<'users' | 'key' | 'cert', string>> }) =>
  `[databases]
${upstream.database} = host=${upstream.host} port=${upstream.port} dbname=${upstream.database}

[pgbouncer]
listen_addr = ${address}
listen_port = ${port}
unix_socket_dir =
auth_type = scram-sha-256
auth_file = ${files.users}
admin_users = ${adminUser}
pool_mode = ${poolMode}
default_pool_size = ${connections}
max_db_connections = ${connections}
max_client_conn = 10000
client_tls_sslmode = allow
client_tls_key_file = ${files.key}
client_tls_cert_file = ${files.cert}
server_tls_sslmode = disable
# Clients ask for these at start-up; the server's defaults serve all of them.
ignore_startup_parameters = extra_float_digits,search_path,jit,options
log_connections = 0
log_disconnections = 0
`;
