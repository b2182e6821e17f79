import { randomBytes } from 'node:crypto';
import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Client, escapeLiteral } from 'pg';
import type { Component } from '../component.ts';
import { bareEnv, type DatabaseEndpoint, findHome, type StageContext } from '../context.ts';
import { giveTo, requireEnterable } from '../host/ownership.ts';
import { type DatabaseStates, openDatabaseStates } from './database-states.ts';
import { installPostgres } from './postgres-binaries.ts';
import { startPostgresServer, superuser } from './postgres-server.ts';
import { appUser, type DatabaseContent, databaseName, makePostgresTemplate } from './postgres-template.ts';

export interface Postgres extends Component<DatabaseEndpoint> {
  /** A connection string of the superuser through the unix socket, for pitwall's own questions. */
  readonly console: string;
  /** What the database is at the beginning of a stage. */
  readonly states: DatabaseStates;
}

/** Starts a private copy of the cached data directory, with passwords of its own. */
export const startPostgres = async (context: StageContext, content: DatabaseContent): Promise<Postgres> => {
  const { host, databaseUser } = context;
  const who = 'The database runs';
  requireEnterable(databaseUser, context.runFolder, { who, way: 'Point TMPDIR at another folder.' });
  requireEnterable(databaseUser, context.cacheFolder, { who, way: 'Point PITWALL_CACHE at another folder.' });
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
  // Every host of the race may connect, with or without TLS (the pooler's host is one); everybody needs a password.
  await writeFile(hbaFile, 'local all all scram-sha-256\nhost all all samenet scram-sha-256\n', { mode: 0o600 });
  await giveTo(databaseUser, keyFile, certFile, hbaFile);

  const machine = findHome(context, 'database').host;
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
        `ALTER ROLE ${appUser} LOGIN PASSWORD ${escapeLiteral(passwords.app)};
         ALTER ROLE ${superuser} PASSWORD ${escapeLiteral(passwords.superuser)};`,
      );
    } finally {
      await client.end();
    }
    const admin = (database: string) => ({ ...server.admin(database), password: passwords.superuser });
    const states = await openDatabaseStates(admin, context);
    const socketFolder = encodeURIComponent(String(server.admin(databaseName).host));
    const console = `postgres://${superuser}:${passwords.superuser}@/${databaseName}?host=${socketFolder}&port=${port}`;
    return {
      process: server.process,
      endpoint,
      console,
      states,
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
  // Whatever the umask: candidates are other users.
  await chmod(file, 0o644);
  return file;
};
