import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Client, escapeLiteral } from 'pg';
import { bareEnv, type DatabaseEndpoint, homeOf, type StageContext } from './context.ts';
import type { HostProcess } from './host.ts';
import { giveTo, requireEnterable } from './ownership.ts';
import { installPostgres } from './postgres-binaries.ts';
import { startPostgresServer, superuser } from './postgres-server.ts';
import { type DatabaseContent, databaseName, makePostgresTemplate } from './postgres-template.ts';

/** The role that candidates and the pooler log in as: it may read and write, and own nothing. */
const appUser = 'app';

export interface Postgres extends AsyncDisposable {
  readonly process: HostProcess;
  readonly endpoint: DatabaseEndpoint;
  /** A connection string of the superuser through the unix socket, for pitwall's own questions. */
  readonly console: string;
}

/** Starts a private copy of the cached data directory, with passwords of its own. */
export const startPostgres = async (context: StageContext, content: DatabaseContent): Promise<Postgres> => {
  const { host, databaseUser } = context;
  requireEnterable(databaseUser, context.runFolder, 'TMPDIR');
  requireEnterable(databaseUser, context.cacheFolder, 'PITWALL_CACHE');
  const binaries = await installPostgres(context);
  const template = await makePostgresTemplate(context, binaries, content);
  const dataFolder = join(context.runFolder, 'data');
  await host.run(['cp', '-a', '--reflink=auto', template.dataFolder, dataFolder], {
    env: bareEnv,
    signal: context.signal,
  });
  const [keyFile, certFile] = [join(dataFolder, 'server.key'), join(dataFolder, 'server.crt')];
  const hbaFile = join(dataFolder, 'pg_hba.conf');
  const certificate = context.databaseCertificate;
  await writeFile(keyFile, certificate.key, { mode: 0o600 });
  await writeFile(certFile, certificate.cert);
  // All neighbours may ask, with or without TLS (the pooler is a neighbour); everybody needs a password.
  await writeFile(hbaFile, 'local all all scram-sha-256\nhost all all samenet scram-sha-256\n', { mode: 0o600 });
  await giveTo(databaseUser, keyFile, certFile, hbaFile);

  const machine = homeOf(context, 'database').host;
  const port = await machine.freePort();
  const server = await startPostgresServer(context, binaries, {
    dataFolder,
    superuserPassword: template.superuserPassword,
    tcp: { address: machine.address, port },
    settings: { ssl: 'on', ssl_cert_file: certFile, ssl_key_file: keyFile, max_connections: '200' },
  });
  try {
    const passwords = { superuser: newPassword(), app: newPassword() };
    const endpoint: DatabaseEndpoint = {
      host: machine.address,
      port,
      user: appUser,
      password: passwords.app,
      database: databaseName,
      caFile: await writeAuthority(context),
    };
    const client = new Client(server.admin(databaseName));
    await client.connect();
    try {
      await client.query(
        `CREATE ROLE ${appUser} LOGIN PASSWORD ${escapeLiteral(passwords.app)};
         GRANT pg_read_all_data, pg_write_all_data TO ${appUser};
         ALTER ROLE ${superuser} PASSWORD ${escapeLiteral(passwords.superuser)};`,
      );
    } finally {
      await client.end();
    }
    const socketFolder = encodeURIComponent(String(server.admin(databaseName).host));
    const console = `postgres://${superuser}:${passwords.superuser}@/${databaseName}?host=${socketFolder}&port=${port}`;
    return {
      process: server.process,
      endpoint,
      console,
      [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() as Promise<void>,
    };
  } catch (error) {
    await server[Symbol.asyncDispose]();
    throw error;
  }
};

const newPassword = (): string => randomBytes(24).toString('base64url');

const writeAuthority = async (context: StageContext): Promise<string> => {
  const file = join(context.runFolder, 'ca.crt');
  await writeFile(file, context.authority.cert);
  return file;
};
