/** postgres.js, which pipelines by itself: see ../main.ts for what every program does. */

import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import postgres from 'postgres';

const say = (step, value) => process.stdout.write(`${step}: ${JSON.stringify(value)}\n`);
const ssl = process.env.TLS === '1' ? 'require' : false;
const options = { host: process.env.PGHOST, port: Number(process.env.PGPORT), ssl, max: 1, onnotice() {} };
const sql = postgres(options);
say('simple', await sql`SELECT 1 AS one; SELECT 2 AS two`.simple());
say('extended', await sql.unsafe('SELECT $1::int + 1 AS n, $2::text AS t', [41, 'ü']));
const doubled = [];
for (let n = 0; n < 20; n += 1) doubled.push((await sql`SELECT ${n}::int * 2 AS n`)[0].n);
say('prepared', doubled);
say(
  'batch',
  (await Promise.all(Array.from({ length: 30 }, (_, n) => sql`SELECT ${n}::int AS n`))).map((r) => r[0].n),
);
await sql`CREATE TEMP TABLE rows (id int, text text)`;
const lines = Array.from({ length: 3000 }, (_, n) => `${n}\t${'x'.repeat(50)}\n`);
await pipeline(Readable.from(lines), await sql`COPY rows FROM STDIN`.writable());
let sum = 0;
await sql`SELECT id FROM rows ORDER BY id`.cursor(500, (rows) => {
  for (const { id } of rows) sum += id;
});
say('cursor', sum);
await sql.begin(async (tx) => {
  await tx`UPDATE rows SET text = 'y' WHERE id = 1`;
  say('savepoint', await tx.savepoint((s) => s`SELECT 1/0`).catch((error) => error.code));
});
say('error', await sql`SELECT nothing FROM nowhere`.catch((error) => error.code));
const asleep = sql`SELECT pg_sleep(30)`.execute();
setTimeout(() => asleep.cancel(), 500);
say('cancel', await asleep.catch((error) => error.code));
let tell;
const heard = new Promise((resolve) => {
  tell = resolve;
});
await sql.listen('news', tell);
await sql.notify('news', 'hello');
say('notify', await heard);
say('last', await sql`SELECT count(*)::int FROM rows`);
// Its COPY TO does not give the connection back: it gets a client of its own.
const leaving = postgres(options);
let bytes = 0;
for await (const chunk of await leaving`COPY (SELECT g, repeat('x', 50) FROM generate_series(1, 3000) g) TO STDOUT`.readable())
  bytes += chunk.length;
say('copy', bytes);
await leaving.end({ timeout: 1 });
await sql.end();
