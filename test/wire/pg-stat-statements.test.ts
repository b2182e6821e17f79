import { existsSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { describe, expect, test } from 'vitest';
import { systemClock as clock, createScope } from '../../src/base/index.ts';
import { startTap } from '../../src/wire/index.ts';
import { postgresBin, startTestPostgres } from '../support/postgres.ts';
import { statementGroups } from './statement-corpus.ts';

const bin = postgresBin();
const library = bin && join(bin, '..', 'lib', 'pg_stat_statements.so');
const missing =
  library === undefined || !existsSync(library) ? ': no Postgres with pg_stat_statements (postgresql-contrib)' : '';

describe.skipIf(missing !== '')(`what pg_stat_statements calls one statement${missing}`, () => {
  test('is one statement to the tap, and what it tells apart is told apart, on the same traffic', async () => {
    await using scope = createScope();
    const db = scope.use(await startTestPostgres(undefined, { shared_preload_libraries: 'pg_stat_statements' }));
    const upstream = { host: db.host, port: db.port };
    const tap = scope.use(
      await startTap({ listen: { host: '127.0.0.1', port: 0 }, upstream, count: 'messages', clock }),
    );
    const open = async (port: number) => {
      const client = new pg.Client({ host: '127.0.0.1', port, user: db.trusted, database: db.database });
      await client.connect();
      scope.defer(() => client.end());
      return client;
    };
    const server = await open(db.port);
    const client = await open('port' in tap.address ? tap.address.port : 0);
    await server.query('CREATE EXTENSION pg_stat_statements');
    await server.query(
      'CREATE TABLE t (id int, name text, price numeric, flags bit(8), day date, doc jsonb, ok boolean); CREATE TABLE u (id int)',
    );
    const { server_version_num: number } = (await server.query('SHOW server_version_num')).rows[0];
    const release = Math.floor(Number(number) / 10_000);

    const seen: { group: number; since: number; sql: string; key: string; ids: string }[] = [];
    for (const [group, { since, texts }] of statementGroups.entries()) {
      for (const sql of texts) {
        await server.query('SELECT pg_stat_statements_reset()');
        tap.reset();
        const parameters = new Set(sql.match(/\$\d/g) ?? []).size;
        await client.query(sql, parameters === 0 ? undefined : Array.from({ length: parameters }, (_, n) => n));
        const { statementTexts } = tap.snapshot().ledger;
        await client.query('ROLLBACK');
        const { rows } = await server.query(
          "SELECT queryid::text AS id FROM pg_stat_statements WHERE query NOT ILIKE '%pg_stat_statements%' AND query NOT ILIKE 'rollback' ORDER BY 1",
        );
        expect(statementTexts, sql).toHaveLength(1);
        const ids = rows.map(({ id }) => id).join(' ');
        seen.push({ group, since, sql: sql.slice(0, 80), key: statementTexts[0]!.key, ids });
      }
    }
    for (const [index, one] of seen.entries()) {
      for (const other of seen.slice(index + 1)) {
        const pair = `${one.sql} | ${other.sql}`;
        expect(one.key === other.key, pair).toBe(one.group === other.group);
        // What only later releases tell is not asked of this one.
        if (one.since <= release && other.since <= release) {
          expect(one.ids === other.ids, pair).toBe(one.group === other.group);
        }
      }
    }
  });
});
