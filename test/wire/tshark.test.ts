import { execFile, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { describe, expect, test } from 'vitest';
import { systemClock as clock, createScope, sleepMs } from '../../src/base/index.ts';
import { startTap } from '../../src/wire/index.ts';
import { clientEnvironment, postgresBin, startTestPostgres } from '../support/postgres.ts';

const run = promisify(execFile);
/** Why there is no second opinion here; undefined when there is one. */
const missing = ((): string | undefined => {
  if (postgresBin() === undefined) return 'no Postgres';
  if (spawnSync('tshark', ['--version']).status !== 0) return 'no tshark (apt-get install tshark)';
  if (process.getuid?.() !== 0) return 'capturing takes root';
  return undefined;
})();

describe.skipIf(missing !== undefined)(`the dissector of tshark${missing === undefined ? '' : `: ${missing}`}`, () => {
  test('counts the same messages on the same traffic', async () => {
    await using scope = createScope();
    const db = scope.use(await startTestPostgres());
    const upstream = { host: db.host, port: db.port };
    const tap = scope.use(
      await startTap({ listen: { host: '127.0.0.1', port: 0 }, upstream, count: 'messages', clock }),
    );
    const port = 'port' in tap.address ? tap.address.port : 0;
    // A hundred thousand rows: not through the tap, since a capture on a busy machine loses packets.
    await run(join(postgresBin()!, 'pgbench'), [
      '-i',
      '-q',
      '-s',
      '1',
      '-h',
      db.host,
      '-p',
      String(db.port),
      '-U',
      db.trusted,
      'postgres',
    ]);
    const folder = mkdtempSync(join(tmpdir(), 'pitwall-tshark-'));
    scope.defer(() => rmSync(folder, { recursive: true }));
    const file = join(folder, 'lo.pcapng');
    const tshark = spawn('tshark', ['-i', 'lo', '-B', '64', '-f', `tcp port ${port}`, '-w', file], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const ended = once(tshark, 'exit');
    for await (const chunk of tshark.stderr) if (String(chunk).includes('Capturing')) break;
    tshark.stderr.resume();
    await sleepMs(clock, 500);

    const env = clientEnvironment(port);
    const tool = (name: string, ...args: readonly string[]) => run(join(postgresBin()!, name), [...args], { env });
    await tool('pgbench', '-n', '-M', 'prepared', '-c', '2', '-t', '30');
    await tool('pgbench', '-n', '-M', 'extended', '-c', '2', '-t', '30');
    await tool('psql', '-qX', '-c', 'COPY (SELECT generate_series(1, 500)) TO STDOUT');
    await tool('psql', '-qX', '-c', 'SELECT 1/0').catch(() => undefined);
    const client = new pg.Client({ host: '127.0.0.1', port, user: 'trusted', database: 'postgres' });
    await client.connect();
    for (let index = 0; index < 20; index += 1)
      await client.query({ name: 'n', text: 'SELECT $1::int', values: [index] });
    await client.end();
    await expect.poll(() => tap.snapshot().ledger.connectionsNow).toBe(0);
    await sleepMs(clock, 1000);
    tshark.kill('SIGINT');
    await ended;

    const fields = ['-T', 'fields', '-e', 'tcp.dstport', '-e', 'pgsql.type'];
    const { stdout } = await run('tshark', ['-r', file, '-d', `tcp.port==${port},pgsql`, '-Y', 'pgsql', ...fields], {
      maxBuffer: 100e6,
    });
    const seen = { up: 0, down: 0 } as Record<string, number>;
    for (const line of stdout.trim().split('\n')) {
      const [destination, types = ''] = line.split('\t');
      for (const type of types.split(',').filter((name) => name !== '')) {
        const way = destination === String(port) ? 'up' : 'down';
        seen[way]! += 1;
        seen[`${way} ${type}`] = (seen[`${way} ${type}`] ?? 0) + 1;
      }
    }
    const { ledger } = tap.snapshot();
    expect({
      up: ledger.messagesUp,
      down: ledger.messagesDown,
      queries: ledger.simpleQueries,
      prepares: ledger.prepares,
      executes: ledger.executes,
      ready: ledger.readyForQuery,
      errors: ledger.errors,
      unparsed: ledger.unparsed,
    }).toEqual({
      up: seen['up'],
      down: seen['down'],
      queries: seen['up Simple query'],
      prepares: seen['up Parse'],
      executes: seen['up Execute'],
      ready: seen['down Ready for query'],
      errors: seen['down Error'],
      unparsed: 0,
    });
  });
});
