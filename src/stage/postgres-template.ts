import { createHash, randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chown, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Client, escapeIdentifier } from 'pg';
import { createScope } from '../base/index.ts';
import { makeOnce } from './cache-folder.ts';
import { bareEnv, type StageContext } from './context.ts';
import type { PostgresBinaries } from './postgres-binaries.ts';
import { startPostgresServer, superuser } from './postgres-server.ts';

/** The data that a race's database starts with, in the order in which it is inserted. */
export interface DatabaseContent {
  readonly schemaSql: string;
  readonly tables: readonly { readonly table: string; readonly rows: readonly object[] }[];
}

/** A stopped data directory, made once for each schema, data and version. */
export interface PostgresTemplate {
  readonly dataFolder: string;
  readonly superuserPassword: string;
}

export const databaseName = 'race';

/** Raised whenever what this file does to a data directory changes. */
const recipeVersion = 1;

/** Makes the data directory, or finds it in the cache under the digest of all that went into it. */
export const makePostgresTemplate = async (
  context: StageContext,
  binaries: PostgresBinaries,
  content: DatabaseContent,
): Promise<PostgresTemplate> => {
  const digest = createHash('sha256')
    .update(JSON.stringify([recipeVersion, binaries.packageVersion, context.databaseUser, content]))
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
  const admin = new Client(server.admin('postgres'));
  await admin.connect();
  await admin.query(`CREATE DATABASE ${databaseName}`);
  await admin.end();
  const client = new Client(server.admin(databaseName));
  await client.connect();
  scope.defer(() => client.end());
  await client.query('SET TIME ZONE UTC');
  await client.query(content.schemaSql);
  for (const { table, rows } of content.tables) await insertRows(client, table, rows);
  await client.query('VACUUM (ANALYZE, FREEZE)');
  await client.query('CHECKPOINT');
};

/** Postgres itself turns each JSON value into its column's type; a missing key takes the column's default. */
const insertRows = async (client: Client, table: string, rows: readonly object[]): Promise<void> => {
  const name = table.split('.').map(escapeIdentifier).join('.');
  const batch = 1_000;
  for (let start = 0; start < rows.length; start += batch) {
    const part = rows.slice(start, start + batch);
    const columns = Object.keys(part[0]!).map(escapeIdentifier).join(', ');
    await client.query(
      `INSERT INTO ${name} (${columns}) SELECT ${columns} FROM json_populate_recordset(NULL::${name}, $1)`,
      [JSON.stringify(part)],
    );
  }
  // Rows that bring their own ids leave the sequence behind.
  const serial = await client.query<{ sequence: string | null }>(
    `SELECT pg_get_serial_sequence($1, a.attname) AS sequence FROM pg_attribute a
      WHERE a.attrelid = $1::regclass AND a.attname = 'id'`,
    [name],
  );
  const sequence = serial.rows[0]?.sequence;
  if (sequence) await client.query(`SELECT setval($1, (SELECT coalesce(max(id), 1) FROM ${name}))`, [sequence]);
};
