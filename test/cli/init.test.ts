import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { RaceResult } from '../../src/result/index.ts';
import { sharedModules } from '../support/race-folder.ts';
import { runPitwall } from '../support/run-pitwall.ts';

test('what init writes races as it is, keeps its contract and costs the round trip that it says', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'pitwall-init-'));
  try {
    expect((await runPitwall(['init', 'shop', '--dir', folder])).code).toBe(0);
    const race = ['race', join(folder, 'plans/shop.yaml'), '--blocks', '1', '--duration', '500ms', '--warmup', '200ms'];
    const { code, stdout, stderr } = await runPitwall([...race, '--results', join(folder, 'results'), '--json']);
    expect(code, stderr).toBe(0);
    const { candidates } = JSON.parse(stdout) as RaceResult;
    expect(candidates.map(({ name, status }) => [name, status])).toEqual([
      ['shop', 'ok'],
      ['shop-pool-2', 'ok'],
    ]);
    for (const { calibration } of candidates) expect(calibration?.roundTrips).toBe(1);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  // It installs a package and races for real, on a machine that may be busy.
}, 240_000);

/** An app that nobody wrote for pitwall: it has variables of its own, an example of them, and scripts that migrate and seed. */
const app: Readonly<Record<string, string>> = {
  'package.json': JSON.stringify({
    scripts: { start: 'node src/server.js', migrate: 'node db/migrate.js', seed: 'node db/seed.js' },
  }),
  '.env': 'DB_HOST=the-developers-own.example\n',
  '.env.example': `APP_PORT=3000\nDB_HOST=localhost\nDB_PORT=5432\nPAGE_SIZE=20 # rows\nSESSION_SECRET=\nNODE_PATH=${sharedModules}\n`,
  'src/pool.js': `const { Pool } = require('pg');
const { DB_HOST, DB_PORT, DB_USER, DB_PASSWORD, DB_NAME } = process.env;
exports.pool = new Pool({ host: DB_HOST, port: Number(DB_PORT), user: DB_USER, password: DB_PASSWORD, database: DB_NAME });
exports.run = (sql) => exports.pool.query(sql).then(() => process.exit(0), (error) => { console.error(error); process.exit(1); });
`,
  'src/server.js': `const { pool } = require('./pool.js');
if (!process.env.SESSION_SECRET) throw new Error('SESSION_SECRET is not set');
require('node:http').createServer(async (request, response) => {
  const { pathname } = new URL(request.url, 'http://localhost');
  if (pathname === '/health') return response.end('ok');
  if (pathname !== '/items') return response.writeHead(404).end();
  await pool.query('SELECT 1');
  const { rows } = await pool.query('SELECT id, name FROM item ORDER BY id LIMIT $1', [process.env.PAGE_SIZE]);
  response.setHeader('content-type', 'application/json').end(JSON.stringify({ items: rows, at: process.hrtime.bigint().toString() }));
}).listen(Number(process.env.APP_PORT));
`,
  'db/migrate.js': `require('../src/pool.js').run('CREATE TABLE item (id serial PRIMARY KEY, name text NOT NULL)');`,
  'db/seed.js': `require('../src/pool.js').run("INSERT INTO item (name) SELECT 'item ' || n FROM generate_series(1, 100) n");`,
};

test('init and race in the folder of an app that nobody wrote for pitwall need no edit', async () => {
  const folder = join(mkdtempSync(join(tmpdir(), 'pitwall-own-')), 'shop');
  try {
    for (const [path, text] of Object.entries(app)) {
      mkdirSync(join(folder, path, '..'), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    const init = await runPitwall(['init'], { cwd: folder });
    expect(init.code, init.stderr).toBe(0);
    expect(init.stderr).toContain('node db/migrate.js, then node db/seed.js');
    expect(init.stderr).toContain('GET /items (src/server.js)');
    const check = await runPitwall(['plan', 'check'], { cwd: folder });
    expect(check.stdout, check.stderr).toContain('migrate node db/migrate.js');
    const tiny = ['--blocks', '2', '--duration', '500ms', '--warmup', '200ms'];
    const race = await runPitwall(['race', ...tiny, '--json'], { cwd: folder });
    expect(race.code, race.stderr).toBe(0);
    const { candidates } = JSON.parse(race.stdout) as RaceResult;
    expect(candidates.map(({ name, status, calibration }) => [name, status, calibration?.roundTrips])).toEqual([
      ['shop', 'ok', 2],
    ]);
    expect(race.stderr).toContain('not compared, as it differs between two answers: $.at of GET /items');
    // What the first race left, and a changed plan, are not the app's: nothing is built anew.
    const again = await runPitwall(['race', ...tiny, '--json'], { cwd: folder });
    const [shop] = (JSON.parse(again.stdout) as RaceResult).candidates;
    expect(shop!.sourceDigest).toBe(candidates[0]!.sourceDigest);
    const second = await runPitwall(['init'], { cwd: folder });
    expect([second.code, second.stderr]).toEqual([2, expect.stringContaining('is there already')]);
    expect(readFileSync(join(folder, 'pitwall.yaml'), 'utf8')).toContain('- GET /items');
  } finally {
    rmSync(join(folder, '..'), { recursive: true, force: true });
  }
}, 240_000);
