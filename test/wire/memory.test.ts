import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { systemClock as clock, createScope } from '../../src/base/index.ts';
import { startRecorder } from '../../src/telemetry/index.ts';
import { postgresBin, startTestPostgres, type TestPostgres } from '../support/postgres.ts';

const jiti = fileURLToPath(new URL('../../node_modules/jiti/lib/jiti-cli.mjs', import.meta.url));
const entry = fileURLToPath(new URL('../../src/wire/relay/process.ts', import.meta.url));

describe.skipIf(postgresBin() === undefined)('the memory of a tap', () => {
  const scope = createScope();
  let db: TestPostgres;
  let port: number;
  let pid: number;
  beforeAll(async () => {
    db = scope.use(await startTestPostgres());
    const tap = spawn(process.execPath, [jiti, entry], { stdio: ['pipe', 'pipe', 'inherit'] });
    scope.defer(async () => {
      tap.stdin.end();
      await once(tap, 'exit');
    });
    tap.stdin.write(`${JSON.stringify({ listen: '127.0.0.1:0', upstream: `127.0.0.1:${db.port}`, rttMs: 1 })}\n`);
    const ready = await createInterface({ input: tap.stdout })[Symbol.asyncIterator]().next();
    port = JSON.parse(ready.value).port;
    pid = tap.pid!;
  });
  afterAll(() => scope[Symbol.asyncDispose]());

  const copy = async (sql: string, input?: { readonly chunk: Buffer; readonly times: number }): Promise<void> => {
    const args = ['-qAtX', '-h', '127.0.0.1', '-p', String(port), '-U', 'trusted', 'postgres', '-c', sql];
    const psql = spawn(join(postgresBin()!, 'psql'), args, { stdio: ['pipe', 'ignore', 'inherit'] });
    const exited = once(psql, 'exit');
    for (let sent = 0; input !== undefined && sent < input.times; sent += 1) {
      if (!psql.stdin.write(input.chunk)) await once(psql.stdin, 'drain');
    }
    psql.stdin.end();
    expect((await exited)[0]).toBe(0);
  };
  const growthMiB = async (work: () => Promise<void>): Promise<number> => {
    await copy('SELECT 1');
    const recorder = startRecorder({ targets: [{ name: 'tap', pid }], intervalMs: 50, clock });
    await new Promise((resolve) => setTimeout(resolve, 60));
    await work();
    const { samples, peakRssMiB } = recorder.stop()[0]!;
    return peakRssMiB - samples[0]!.rssMiB;
  };

  test('grows by less than 32 MiB while 1 GB is copied out', async () => {
    const sql = "COPY (SELECT repeat('x', 1000) FROM generate_series(1, 1000000)) TO STDOUT";
    expect(await growthMiB(() => copy(sql))).toBeLessThan(32);
  });

  test('and while 200 MB are copied in', async () => {
    const chunk = Buffer.from(`${'x'.repeat(999)}\n`.repeat(1000));
    const sql = 'BEGIN; CREATE TABLE copied (text text); COPY copied FROM STDIN; ROLLBACK';
    expect(await growthMiB(() => copy(sql, { chunk, times: 200 }))).toBeLessThan(32);
  });
});
