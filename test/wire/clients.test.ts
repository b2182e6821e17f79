import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { generate } from 'selfsigned';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { systemClock as clock, createScope, sleepMs } from '../../src/base/index.ts';
import { startTap, type Tap } from '../../src/wire/index.ts';
import { clientEnvironment, postgresBin, startTestPostgres, type TestPostgres } from '../support/postgres.ts';
import { client as wire } from './wire.ts';

const bin = postgresBin();
const run = promisify(execFile);
const scope = createScope();
let db: TestPostgres;
let tap: Tap;
let terminating: Tap;
const portOf = (of: Tap): number => ('port' in of.address ? of.address.port : 0);

/** Runs a Postgres client program against a port. */
const pgTool = async (
  tool: string,
  port: number,
  args: readonly string[],
  environment: Record<string, string> = {},
) => {
  const env = { ...clientEnvironment(port), ...environment };
  const { stdout } = await run(join(bin!, tool), [...args], { env, maxBuffer: 100e6 });
  return stdout;
};
const psql = (port: number, sql: string, environment?: Record<string, string>): Promise<string> =>
  pgTool('psql', port, ['-qAtX', '-c', sql], environment);

describe.skipIf(bin === undefined)('real clients through the tap', () => {
  beforeAll(async () => {
    const folder = mkdtempSync(join(tmpdir(), 'pitwall-tls-'));
    scope.defer(() => rmSync(folder, { recursive: true }));
    const { private: key, cert } = await generate([{ name: 'commonName', value: 'localhost' }], { keySize: 2048 });
    writeFileSync(join(folder, 'key.pem'), key);
    writeFileSync(join(folder, 'cert.pem'), cert);
    db = scope.use(await startTestPostgres({ key: join(folder, 'key.pem'), cert: join(folder, 'cert.pem') }));
    const options = {
      listen: { host: '127.0.0.1', port: 0 },
      upstream: { host: db.host, port: db.port },
      count: 'messages',
      clock,
    } as const;
    tap = scope.use(await startTap(options));
    // The server's own certificate: then a client that binds SCRAM to the channel accepts it too.
    terminating = scope.use(await startTap({ ...options, terminate: { key, cert } }));
  });
  afterAll(() => scope[Symbol.asyncDispose]());
  beforeEach(() => {
    tap.reset();
    terminating.reset();
  });

  test('psql gets the same answers', async () => {
    const sql = "SELECT g, md5(g::text), repeat('x', 1000) FROM generate_series(1, 2000) g";
    expect(await psql(portOf(tap), sql)).toBe(await psql(db.port, sql));
    // TCP, the startup, SCRAM (2), and the query.
    expect(tap.snapshot().ledger).toMatchObject({
      roundTrips: 5,
      statements: 1,
      simpleQueries: 1,
      readyForQuery: 2,
      connects: 1,
      unparsed: 0,
    });
  });

  test.each(['simple', 'extended', 'prepared'])(
    'pgbench with %s queries costs one wait a statement',
    async (protocol) => {
      await pgTool('pgbench', db.port, ['-i', '-q', '-s', '1']);
      tap.reset();
      await pgTool('pgbench', portOf(tap), ['-n', '-S', '-M', protocol, '-c', '2', '-t', '50']);
      const { roundTrips, statements, prepares, connects, connectRoundTrips, overlapped, unparsed, errors } =
        tap.snapshot().ledger;
      // One more connection looks the tables up.
      expect({ connects, overlapped, unparsed, errors }).toEqual({
        connects: 3,
        overlapped: 0,
        unparsed: 0,
        errors: 0,
      });
      const catalogueQueries = statements - 100;
      const prepareWaits = protocol === 'prepared' ? 2 : 0;
      expect(roundTrips).toBe(100 + catalogueQueries + connectRoundTrips.tcp + connectRoundTrips.auth! + prepareWaits);
      if (protocol === 'prepared') expect(prepares).toBeLessThan(10);
    },
  );

  test('pg_dump | psql copies the same rows out and in', async () => {
    await psql(
      db.port,
      'DROP TABLE IF EXISTS copied; CREATE TABLE copied AS SELECT g AS id, md5(g::text) AS hash FROM generate_series(1, 5000) g',
    );
    const dump = await pgTool('pg_dump', portOf(tap), ['-t', 'copied']);
    // Dumps differ in a random word only.
    const withoutNonce = (text: string): string => text.replaceAll(/\\(un)?restrict \w+/g, '');
    expect(withoutNonce(dump)).toBe(withoutNonce(await pgTool('pg_dump', db.port, ['-t', 'copied'])));
    const before = await psql(db.port, 'SELECT count(*), min(hash), max(hash) FROM copied');
    expect(tap.snapshot().ledger.copies).toBe(1);
    await psql(db.port, 'DROP TABLE copied');
    const folder = mkdtempSync(join(tmpdir(), 'pitwall-dump-'));
    writeFileSync(join(folder, 'dump.sql'), dump);
    await pgTool('psql', portOf(tap), ['-qX', '-f', join(folder, 'dump.sql')]);
    rmSync(folder, { recursive: true });
    expect(await psql(db.port, 'SELECT count(*), min(hash), max(hash) FROM copied')).toBe(before);
    expect(tap.snapshot().ledger).toMatchObject({ copies: 2, errors: 0, overlapped: 0, unparsed: 0 });
  });

  test('a query can be cancelled', async () => {
    const env = {
      ...process.env,
      PGHOST: '127.0.0.1',
      PGPORT: String(portOf(tap)),
      PGUSER: 'test',
      PGPASSWORD: 'secret',
      PGSSLMODE: 'disable',
    };
    const child = spawn(join(bin!, 'psql'), ['-qX', '-d', 'postgres', '-c', 'SELECT pg_sleep(30)'], {
      env,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let said = '';
    child.stderr.on('data', (chunk) => {
      said += chunk;
    });
    await expect
      .poll(() =>
        psql(
          db.port,
          "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(30)' AND pid <> pg_backend_pid()",
        ),
      )
      .toBe('1\n');
    child.kill('SIGINT');
    await once(child, 'exit');
    expect(said).toContain('canceling statement due to user request');
    await expect.poll(() => tap.snapshot().ledger).toMatchObject({ cancels: 1, errors: 1, connectionsNow: 0 });
  });

  test('LISTEN and NOTIFY reach each other', async () => {
    const open = async () => {
      const client = new pg.Client({
        host: '127.0.0.1',
        port: portOf(tap),
        user: 'test',
        password: 'secret',
        database: 'postgres',
      });
      await client.connect();
      return client;
    };
    const [listener, notifier] = [await open(), await open()];
    const heard = once(listener, 'notification');
    await listener.query('LISTEN tap');
    tap.reset();
    await notifier.query("NOTIFY tap, 'hello'");
    expect((await heard)[0]).toMatchObject({ channel: 'tap', payload: 'hello' });
    expect(tap.snapshot().ledger).toMatchObject({ roundTrips: 1, messagesDown: 3 });
    await Promise.all([listener.end(), notifier.end()]);
  });

  test('a failing batch fails the same way', async () => {
    const sql = 'BEGIN; SELECT 1; SELECT 1/0; SELECT 2';
    const failure = (port: number) =>
      psql(port, sql).then(
        () => 'no error',
        (error: { stderr: string }) => error.stderr,
      );
    expect(await failure(portOf(tap))).toBe(await failure(db.port));
    expect(tap.snapshot().ledger).toMatchObject({ errors: 1, simpleQueries: 1 });
  });

  test('TLS: terminated and passed through, the count is the same', async () => {
    const sql = 'SELECT count(*) FROM generate_series(1, 100)';
    for (const sslmode of ['require', 'prefer']) {
      tap.reset();
      terminating.reset();
      expect(await psql(portOf(tap), sql, { PGSSLMODE: sslmode })).toBe('100\n');
      expect(await psql(portOf(terminating), sql, { PGSSLMODE: sslmode })).toBe('100\n');
      // TCP, SSLRequest, the handshake (asked again: the server wants another group than the client guessed), the
      // startup, SCRAM (2), and the query.
      await expect.poll(() => terminating.snapshot().ledger.connectionsNow).toBe(0);
      await expect.poll(() => tap.snapshot().ledger.connectionsNow).toBe(0);
      // Every round trip is in the trace, those of connecting too.
      const traceOf = (of: Tap): string =>
        of
          .snapshot()
          .ledger.trace.map(({ up }) => up)
          .join(' ');
      expect(traceOf(terminating)).toBe('TCP TLS TLS TLS > p p Q');
      expect(traceOf(tap)).toBe('TCP ~ ~ ~ ~ ~ ~ ~');
      expect(terminating.snapshot().ledger).toMatchObject({
        roundTrips: 8,
        connectRoundTrips: { tcp: 1, tls: 3, auth: 3 },
        encrypted: 0,
        statements: 1,
      });
      expect(tap.snapshot().ledger).toMatchObject({
        roundTrips: 8,
        connectRoundTrips: { tcp: 1, tls: 3 },
        encrypted: 1,
        unparsed: 0,
      });
    }
  });

  /** Both modes at once: what they count must be equal. */
  const bothCount = async (work: (port: number) => Promise<unknown>) => {
    const counts: object[] = [];
    for (const through of [tap, terminating]) {
      through.reset();
      await work(portOf(through));
      await expect.poll(() => through.snapshot().ledger.connectionsNow).toBe(0);
      const { roundTrips, connectRoundTrips, connects, cancels, unparsed } = through.snapshot().ledger;
      const { tcp, tls } = connectRoundTrips;
      counts.push({ roundTrips, tcp, tls, connects, cancels, unparsed });
    }
    expect(counts[1]).toEqual(counts[0]);
    return counts[0];
  };

  test('clear text passes a tap that takes TLS off, and costs no TLS', async () => {
    const work = async (port: number) =>
      expect(await psql(port, 'SELECT 1', { PGSSLMODE: 'disable', PGUSER: 'trusted' })).toBe('1\n');
    expect(await bothCount(work)).toMatchObject({ roundTrips: 3, tcp: 1, tls: 0 });
  });

  test('a query is cancelled through a tap that takes TLS off, in clear text and by a client with TLS', async () => {
    for (const sslmode of ['disable', 'require']) {
      terminating.reset();
      const env = { ...process.env, PGHOST: '127.0.0.1', PGPORT: String(portOf(terminating)), PGUSER: 'trusted' };
      const child = spawn(join(bin!, 'psql'), ['-qX', '-d', 'postgres', '-c', 'SELECT pg_sleep(31)'], {
        env: { ...env, PGSSLMODE: sslmode },
        stdio: ['ignore', 'ignore', 'pipe'],
      });
      let said = '';
      child.stderr.on('data', (chunk) => {
        said += chunk;
      });
      const sleeping =
        "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(31)' AND pid <> pg_backend_pid()";
      await expect.poll(() => psql(db.port, sleeping)).toBe('1\n');
      child.kill('SIGINT');
      await once(child, 'exit');
      expect(said).toContain('canceling statement due to user request');
      await expect
        .poll(() => terminating.snapshot().ledger)
        .toMatchObject({ cancels: 1, errors: 1, connectionsNow: 0 });
    }
  });

  test('a client that speaks TLS 1.2 only is let in, and waits twice for its handshake', async () => {
    const work = async (port: number) => {
      const client = new pg.Client({
        host: '127.0.0.1',
        port,
        user: 'trusted',
        database: 'postgres',
        ssl: { rejectUnauthorized: false, maxVersion: 'TLSv1.2' },
      });
      await client.connect();
      await client.query('SELECT 1');
      await client.end();
    };
    expect(await bothCount(work)).toMatchObject({ roundTrips: 6, tcp: 1, tls: 3 });
  });

  test('a client that closes before it has said anything, or says nonsense, leaves nothing behind', async () => {
    for (const said of ['', 'GET', 'GET / HTTP/1.1\r\n\r\n']) {
      const socket = connect({ host: '127.0.0.1', port: portOf(terminating) });
      await once(socket, 'connect');
      // A server that closes with bytes unread resets the connection: as good an end as any.
      socket.on('error', () => {});
      socket.end(said);
      socket.resume();
      await new Promise((resolve) => socket.once('close', resolve));
    }
    await expect.poll(() => terminating.snapshot().ledger.connectionsNow).toBe(0);
  });

  test('TLS is terminated behind a link, and the handshake feels it', async () => {
    await using slow = await startTap({
      listen: { host: '127.0.0.1', port: 0 },
      upstream: { host: db.host, port: db.port },
      count: 'messages',
      clock,
      link: { rttMs: 50 },
      terminate: await generate([{ name: 'commonName', value: 'localhost' }], { keySize: 2048 }).then((made) => ({
        key: made.private,
        cert: made.cert,
      })),
    });
    const startMs = performance.now();
    // Another certificate than the server's: the login must not be bound to the channel.
    expect(await psql(portOf(slow), 'SELECT 1', { PGSSLMODE: 'require', PGUSER: 'trusted' })).toBe('1\n');
    // TCP, SSLRequest, handshake (2), startup, query: six round trips.
    expect(performance.now() - startMs).toBeGreaterThan(300);
    expect(slow.snapshot().ledger).toMatchObject({ roundTrips: 6, connectRoundTrips: { tcp: 1, tls: 3, auth: 1 } });
  });

  test('a client that asks for protocol 3.2 gets what the server answers', async () => {
    const talk = async (port: number): Promise<string> => {
      const socket = connect({ host: '127.0.0.1', port });
      const startup = wire.startup(196610);
      // "trusted" and "test" differ in length: say so in a message of its own.
      const body = Buffer.from('user\0trusted\0database\0postgres\0\0');
      const head = Buffer.alloc(8);
      head.writeInt32BE(body.length + 8, 0);
      startup.copy(head, 4, 4, 8);
      socket.write(Buffer.concat([head, body]));
      let letters = '';
      for await (const chunk of socket) {
        for (let at = 0; at + 5 <= chunk.length; at += 1 + chunk.readInt32BE(at + 1))
          letters += String.fromCharCode(chunk[at]);
        if (letters.includes('Z')) break;
      }
      socket.destroy();
      return letters;
    };
    const direct = await talk(db.port);
    expect(direct).toContain('RS');
    expect(await talk(portOf(tap))).toBe(direct);
    expect(tap.snapshot().ledger).toMatchObject({ roundTrips: 2, readyForQuery: 1, unparsed: 0 });
  });

  test('connections and the span of a request are told', async () => {
    const client = new pg.Client({ host: '127.0.0.1', port: portOf(tap), user: 'trusted', database: 'postgres' });
    await client.connect();
    tap.reset();
    await client.query('SELECT pg_sleep(0.1)');
    await sleepMs(clock, 200);
    const { spanMs, statementTexts, trace, serverTime } = tap.snapshot().ledger;
    expect(spanMs).toBeGreaterThan(99);
    expect(spanMs).toBeLessThan(190);
    expect(serverTime.p50Ms).toBeGreaterThan(99);
    expect(statementTexts).toMatchObject([{ text: 'SELECT pg_sleep(?)', queries: 1 }]);
    expect(trace).toMatchObject([{ up: 'Q', down: 'TDCZ', statement: statementTexts[0]!.key }]);
    expect(tap.connections()).toMatchObject([{ counts: { roundTrips: 1 } }]);
    await client.end();
  });
});
