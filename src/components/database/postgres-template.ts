import { createHash, randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chown, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { Client } from 'pg';
import { createScope, PitwallError, unlessAborted } from '../../base/index.ts';
import { makeOnce } from '../cache-folder.ts';
import { bareEnv, type StageContext } from '../context.ts';
import { insertTables, type TableRows } from './insert-rows.ts';
import { isCustomDump, loadSql } from './load-sql.ts';
import type { PostgresBinaries } from './postgres-binaries.ts';
import { type PostgresServer, startPostgresServer, superuser } from './postgres-server.ts';

/** The data that a race's database starts with. */
export interface DatabaseContent {
  /** SQL or a pg_dump, plain or custom, and its SHA-256. */
  readonly schema: { readonly file: string; readonly digest: string } | undefined;
  /** Inserted in their order. */
  readonly tables: readonly TableRows[];
}

/** A stopped data directory, made once for each schema, data and version. */
export interface PostgresTemplate {
  readonly dataFolder: string;
  readonly superuserPassword: string;
}

export const databaseName = 'race';

/** The role that candidates and the pooler log in as: it owns the database and all that is in it. */
export const appUser = 'app';
const loader = 'pitwall_loader';

/** Raised whenever what this file does to a data directory changes. */
const recipeVersion = 2;

/** Makes the data directory, or finds it in the cache under the digest of all that went into it. */
export const makePostgresTemplate = async (
  context: StageContext,
  binaries: PostgresBinaries,
  content: DatabaseContent,
): Promise<PostgresTemplate> => {
  const digest = createHash('sha256')
    .update(
      JSON.stringify([
        recipeVersion,
        binaries.packageVersion,
        context.databaseUser,
        content.schema?.digest,
        content.tables,
      ]),
    )
    .digest('hex')
    .slice(0, 24);
  const folder = join(context.cacheFolder, 'data', digest);
  const template = async (): Promise<PostgresTemplate> => ({
    dataFolder: join(folder, 'data'),
    superuserPassword: await readFile(join(folder, 'superuser-password'), 'utf8'),
  });
  if (existsSync(folder)) return template();
  await mkdir(dirname(folder), { recursive: true });
  await makeOnce(`${folder}.lock`, context, async () => {
    if (existsSync(folder)) return;
    context.progress('making the database (once for each schema and data)');
    const partial = `${folder}.partial`;
    await rm(partial, { recursive: true, force: true });
    await buildTemplate(context, binaries, content, partial);
    await rename(partial, folder);
  });
  return template();
};

const buildTemplate = async (
  context: StageContext,
  binaries: PostgresBinaries,
  content: DatabaseContent,
  folder: string,
): Promise<void> => {
  const { host, databaseUser } = context;
  const dataFolder = join(folder, 'data');
  const passwordFile = join(folder, 'superuser-password');
  const superuserPassword = randomBytes(24).toString('base64url');
  await mkdir(dataFolder, { recursive: true });
  await writeFile(passwordFile, superuserPassword, { mode: 0o600 });
  if (databaseUser !== undefined) {
    for (const path of [folder, dataFolder, passwordFile]) await chown(path, databaseUser.uid, databaseUser.gid);
  }
  await host.run(
    [
      join(binaries.folder, 'bin', 'initdb'),
      `--pgdata=${dataFolder}`,
      `--username=${superuser}`,
      `--pwfile=${passwordFile}`,
      '--auth=scram-sha-256',
      '--encoding=UTF8',
      '--locale=C.UTF-8',
      '--data-checksums',
    ],
    {
      env: bareEnv,
      cwd: folder,
      ...(databaseUser ? { user: databaseUser } : {}),
      logFile: join(context.logFolder, 'initdb.log'),
      signal: context.signal,
    },
  );
  await using scope = createScope();
  const server = scope.use(await startPostgresServer(context, binaries, { dataFolder, superuserPassword }));
  // A schema can take as long as it likes, but not longer than the race that wants it.
  await unlessAborted(fill(context, server, content, folder), context.signal);
  for (const left of ['rows', 'plain.sql']) await rm(join(folder, left), { force: true });
};

const fill = async (
  context: StageContext,
  server: PostgresServer,
  { schema, tables }: DatabaseContent,
  folder: string,
): Promise<void> => {
  await using scope = createScope();
  const connect = async (database: string): Promise<Client> => {
    const client = new Client(server.admin(database));
    // When the race is interrupted the server goes first.
    client.on('error', () => {});
    await client.connect();
    scope.defer(() => client.end());
    return client;
  };
  const admin = await connect('postgres');
  await admin.query(`CREATE ROLE ${appUser}`);
  await admin.query(`CREATE DATABASE ${databaseName} OWNER ${appUser}`);
  // A superuser for a while: what it makes can be handed over as a whole, which Postgres refuses of its first superuser's.
  await admin.query(`CREATE ROLE ${loader} SUPERUSER`);
  const client = await connect(databaseName);
  await client.query('SET TIME ZONE UTC');
  await client.query(`ALTER SCHEMA public OWNER TO ${appUser}`);
  if (schema !== undefined) {
    // A dump changes the search path and more of its session.
    const loading = await connect(databaseName);
    await loading.query(`SET TIME ZONE UTC; SET SESSION AUTHORIZATION ${loader}`);
    const file = isCustomDump(schema.file) ? await toPlainDump(context, schema.file, folder) : schema.file;
    await loadSql(loading, { file, name: basename(schema.file), scratch: folder });
  }
  await client.query(`REASSIGN OWNED BY ${loader} TO ${appUser}`);
  await insertTables(client, tables);
  await admin.query(`DROP ROLE ${loader}`);
  await client.query('VACUUM (ANALYZE, FREEZE)');
  await client.query('CHECKPOINT');
};

/** The custom format as SQL; only pg_restore reads it. */
const toPlainDump = async ({ host, signal }: StageContext, file: string, folder: string): Promise<string> => {
  const command = await host.which('pg_restore');
  if (command === undefined) {
    throw new PitwallError(
      'workload.invalid',
      `${file} is a dump in the custom format, and pg_restore, which reads it, is not installed. Make a plain one (pg_dump -Fp).`,
    );
  }
  const plain = join(folder, 'plain.sql');
  await host.run([command, '--no-owner', '--no-privileges', '-f', plain, file], { signal });
  return plain;
};
