/** node-postgres with its COPY and cursor companions: see ../main.ts for what every program does. It has no pipeline. */
import { once } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import pg from 'pg';
import copy from 'pg-copy-streams';
import Cursor from 'pg-cursor';

const say = (step, value) => process.stdout.write(`${step}: ${JSON.stringify(value)}\n`);
const ssl = process.env.TLS === '1' ? { rejectUnauthorized: false } : false;
const db = new pg.Client({ ssl });
await db.connect();
say(
  'simple',
  (await db.query("SELECT 1 AS one, 'a''b' AS text; SELECT 2 AS two")).map((r) => r.rows),
);
say('extended', (await db.query('SELECT $1::int + 1 AS n, $2::text AS t', [41, 'ü'])).rows);
const doubled = [];
for (let n = 0; n < 20; n += 1)
  doubled.push((await db.query({ name: 'double', text: 'SELECT $1::int * 2 AS n', values: [n] })).rows[0].n);
say('prepared', doubled);
say(
  'batch',
  (await Promise.all([1, 2, 3].map((n) => db.query('SELECT $1::int AS n', [n])))).map((r) => r.rows[0].n),
);
await db.query('CREATE TEMP TABLE rows (id int, text text)');
const into = db.query(copy.from('COPY rows FROM STDIN'));
for (let n = 0; n < 3000; n += 1) if (!into.write(`${n}\t${'x'.repeat(50)}\n`)) await once(into, 'drain');
into.end();
await once(into, 'finish');
let bytes = 0;
for await (const chunk of db.query(copy.to('COPY rows TO STDOUT'))) bytes += chunk.length;
say('copy', bytes);
const cursor = db.query(new Cursor('SELECT id FROM rows ORDER BY id'));
let sum = 0;
for (;;) {
  const rows = await cursor.read(500);
  if (rows.length === 0) break;
  for (const { id } of rows) sum += id;
}
await cursor.close();
say('cursor', sum);
await db.query('BEGIN');
await db.query('SAVEPOINT s');
say('savepoint', await db.query('SELECT 1/0').catch((error) => error.code));
await db.query('ROLLBACK TO SAVEPOINT s');
await db.query('COMMIT');
say('error', await db.query('SELECT nothing FROM nowhere WHERE $1', [1]).catch((error) => error.code));
const other = new pg.Client({ ssl });
await other.connect();
const asleep = db.query('SELECT pg_sleep(30)').catch((error) => error.code);
await setTimeout(500);
await other.query('SELECT pg_cancel_backend($1)', [db.processID]);
say('cancel', await asleep);
await other.end();
const heard = once(db, 'notification');
await db.query('LISTEN news');
await db.query("NOTIFY news, 'hello'");
const [{ channel, payload }] = await heard;
say('notify', [channel, payload]);
say('last', (await db.query('SELECT count(*) FROM rows')).rows);
await db.end();
