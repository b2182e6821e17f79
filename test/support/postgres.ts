import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  copyFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Debian's newest `bin` folder with server and clients; undefined where there is none. */
export const postgresBin = (): string | undefined => {
  const root = '/usr/lib/postgresql';
  if (!existsSync(root)) return undefined;
  return readdirSync(root)
    .sort((a, b) => Number(b) - Number(a))
    .map((version) => join(root, version, 'bin'))
    .find((bin) => existsSync(join(bin, 'postgres')));
};

export interface TestPostgres extends AsyncDisposable {
  readonly host: '127.0.0.1';
  readonly port: number;
  /** With superuser rights: SCRAM over TCP, trust by `trusted`. */
  readonly user: 'test';
  readonly password: 'secret';
  /** A user without a password. */
  readonly trusted: 'trusted';
  readonly database: 'postgres';
  readonly pid: number;
}

/** What a client program of Postgres has to know to reach a test's Postgres on a port of this machine, in clear. */
export const clientEnvironment = (port: number): NodeJS.ProcessEnv => ({
  ...process.env,
  PGHOST: '127.0.0.1',
  PGPORT: String(port),
  PGUSER: 'test',
  PGPASSWORD: 'secret',
  PGDATABASE: 'postgres',
  PGSSLMODE: 'disable',
  PGGSSENCMODE: 'disable',
});

/** A small Postgres of its own in a new folder, for one test file. */
export const startTestPostgres = async (
  tls?: {
    readonly key: string;
    readonly cert: string;
  },
  extraSettings: Readonly<Record<string, string>> = {},
): Promise<TestPostgres> => {
  const bin = postgresBin();
  if (bin === undefined) throw new Error('no Postgres binaries below /usr/lib/postgresql');
  const folder = mkdtempSync(join(tmpdir(), 'pitwall-pg-'));
  // Postgres refuses to run as root.
  const isRoot = process.getuid?.() === 0;
  const owner = isRoot ? { uid: 65534, gid: 65534 } : {};
  if (isRoot) chownSync(folder, 65534, 65534);
  const data = join(folder, 'data');
  const passwordFile = join(folder, 'password');
  writeFileSync(passwordFile, 'secret');
  chmodSync(passwordFile, 0o644);
  await run(
    join(bin, 'initdb'),
    ['-D', data, '-U', 'test', '--pwfile', passwordFile, '-A', 'scram-sha-256', '-E', 'UTF8', '--locale=C', '-N'],
    { ...owner, cwd: folder },
  );
  writeFileSync(
    join(data, 'pg_hba.conf'),
    'local all all trust\nhost all trusted 127.0.0.1/32 trust\nhost all all 127.0.0.1/32 scram-sha-256\n',
  );
  if (tls !== undefined) {
    for (const [name, path] of [
      ['server.key', tls.key],
      ['server.crt', tls.cert],
    ] as const) {
      copyFileSync(path, join(data, name));
      chmodSync(join(data, name), 0o600);
      if (isRoot) chownSync(join(data, name), 65534, 65534);
    }
  }
  const port = await freePort();
  const settings = {
    fsync: 'off',
    unix_socket_directories: folder,
    max_connections: '200',
    ssl: tls ? 'on' : 'off',
    ...extraSettings,
  };
  const server = spawn(
    join(bin, 'postgres'),
    [
      '-D',
      data,
      '-p',
      String(port),
      '-h',
      '127.0.0.1',
      ...Object.entries(settings).flatMap(([k, v]) => ['-c', `${k}=${v}`]),
    ],
    { ...owner, cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] },
  );
  const exited = once(server, 'exit');
  let log = '';
  for await (const chunk of server.stderr) {
    log += chunk;
    if (log.includes('ready to accept connections')) break;
  }
  if (server.exitCode !== null) throw new Error(`Postgres did not start:\n${log}`);
  await run(join(bin, 'psql'), [
    '-h',
    folder,
    '-p',
    String(port),
    '-U',
    'test',
    'postgres',
    '-qc',
    'CREATE ROLE trusted SUPERUSER LOGIN',
  ]);
  return {
    host: '127.0.0.1',
    port,
    user: 'test',
    password: 'secret',
    trusted: 'trusted',
    database: 'postgres',
    pid: server.pid!,
    async [Symbol.asyncDispose]() {
      server.kill('SIGINT');
      await exited;
      rmSync(folder, { recursive: true, force: true });
    },
  };
};

const freePort = async (): Promise<number> => {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
};
