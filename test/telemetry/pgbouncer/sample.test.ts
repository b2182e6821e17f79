import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { systemClock as clock, createScope, sleepMs } from '../../../src/base/index.ts';
import { startPgBouncerSampler } from '../../../src/telemetry/index.ts';
import { parsePgBouncer } from '../../../src/telemetry/pgbouncer/parse.ts';
import { describeWith, programPath } from '../../support/parts.ts';
import { startTestPostgres } from '../../support/postgres.ts';

test('sums databases, leaves the console out, and turns microseconds into seconds', () => {
  const stats = [
    { database: 'a', total_xact_count: '3', total_query_count: '9', total_wait_time: '1500000' },
    { database: 'b', total_xact_count: '1', total_query_count: '1', total_wait_time: '500000' },
    { database: 'pgbouncer', total_xact_count: '100' },
  ];
  const pools = [
    { database: 'a', cl_active: '2', cl_waiting: '1', sv_active: '2', maxwait: '1', maxwait_us: '250000' },
    { database: 'pgbouncer', cl_active: '1' },
  ];
  expect(parsePgBouncer(stats, pools)).toMatchObject({
    transactions: 4,
    queries: 10,
    waitSeconds: 2,
    clientsActive: 2,
    clientsWaiting: 1,
    longestWaitSeconds: 1.25,
    serversIdle: 0,
  });
});

describeWith(['pgbouncer', 'postgresql'], 'a real PgBouncer', () => {
  const scope = createScope();
  afterAll(() => scope[Symbol.asyncDispose]());
  let port: number;
  beforeAll(async () => {
    const db = scope.use(await startTestPostgres());
    const folder = await mkdtemp(join(tmpdir(), 'pitwall-bouncer-'));
    scope.defer(() => rm(folder, { recursive: true }));
    await chmod(folder, 0o755);
    port = await freePort();
    const settings = [
      '[databases]',
      `postgres = host=127.0.0.1 port=${db.port} user=trusted`,
      '[pgbouncer]',
      'listen_addr = 127.0.0.1',
      `listen_port = ${port}`,
      'auth_type = any',
      'pool_mode = transaction',
      'default_pool_size = 1',
      'unix_socket_dir =',
      'stats_users = watcher',
      'ignore_startup_parameters = extra_float_digits',
    ];
    await writeFile(join(folder, 'pgbouncer.ini'), settings.join('\n'));
    const isRoot = process.getuid?.() === 0;
    const bouncer = spawn(programPath('pgbouncer'), [join(folder, 'pgbouncer.ini')], {
      stdio: ['ignore', 'ignore', 'pipe'],
      ...(isRoot ? { uid: 65534, gid: 65534 } : {}),
    });
    scope.defer(async () => {
      bouncer.kill('SIGTERM');
      await once(bouncer, 'exit');
    });
    for await (const chunk of bouncer.stderr) if (String(chunk).includes('process up')) break;
    bouncer.stderr.resume();
  });

  test('clients that queue for a pool of one show as waiting', async () => {
    const sampler = await startPgBouncerSampler({ host: '127.0.0.1', port, user: 'watcher', intervalMs: 50, clock });
    const clients = await Promise.all(
      Array.from({ length: 3 }, async () => {
        const client = new pg.Client({ host: '127.0.0.1', port, user: 'someone', database: 'postgres' });
        await client.connect();
        return client;
      }),
    );
    await Promise.all(clients.map((client) => client.query('SELECT pg_sleep(0.3)')));
    await Promise.all(clients.map((client) => client.end()));
    const { samples, failure } = await sampler.stop();
    expect(failure).toBeUndefined();
    expect(samples.length).toBeGreaterThan(3);
    expect(samples.every(({ atNs }, index) => index === 0 || atNs > samples[index - 1]!.atNs)).toBe(true);
    expect(Math.max(...samples.map(({ clientsWaiting }) => clientsWaiting))).toBeGreaterThanOrEqual(1);
    expect(Math.max(...samples.map(({ serversActive }) => serversActive))).toBe(1);
    const last = samples.at(-1)!;
    expect(last.queries).toBeGreaterThanOrEqual(3);
    // The second waited 0.3 s for the first, the third 0.6 s.
    expect(last.waitSeconds).toBeGreaterThan(0.6);
  });

  test('a console that is not there is refused with its address', async () => {
    const nobody = await freePort();
    const start = startPgBouncerSampler({ host: '127.0.0.1', port: nobody, user: 'watcher', intervalMs: 50, clock });
    await expect(start).rejects.toThrow(`127.0.0.1:${nobody}`);
    await sleepMs(clock, 1);
  });
});

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
};
