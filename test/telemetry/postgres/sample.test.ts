import pg from 'pg';
import { expect, test } from 'vitest';
import { systemClock as clock, sleepMs } from '../../../src/base/index.ts';
import { startPostgresSampler } from '../../../src/telemetry/index.ts';
import { describeWith } from '../../support/parts.ts';
import { startTestPostgres } from '../../support/postgres.ts';

describeWith(['postgresql'], 'sampling a real Postgres', () => {
  test('wait events are seen, pg_stat_statements is missed with a reason, and a server that ends ends the series', async () => {
    const db = await startTestPostgres();
    const connectionString = `postgres://trusted@127.0.0.1:${db.port}/postgres`;
    const sampler = await startPostgresSampler({ connectionString, intervalMs: 30, clock });
    const client = new pg.Client({ connectionString });
    client.on('error', () => undefined);
    await client.connect();
    await client.query('SELECT pg_sleep(0.2)');
    expect(await sampler.statements()).toMatchObject({ reason: expect.stringContaining('pg_stat_statements') });
    await db[Symbol.asyncDispose]();
    await sleepMs(clock, 100);
    const { samples, failure } = await sampler.stop();
    expect(samples.flatMap(({ backends }) => backends.map(({ state }) => state))).toContain('active Timeout/PgSleep');
    expect(failure).toBeDefined();
  });
});
