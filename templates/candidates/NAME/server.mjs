import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import pg from 'pg';

const { HOST, PORT, PITWALL_POOL, PGSSLMODE, PGSSLROOTCERT } = process.env;
const ssl = PGSSLMODE !== 'disable' && { ca: readFileSync(PGSSLROOTCERT) };
const pool = new pg.Pool({ max: Number(PITWALL_POOL), ssl });

const server = createServer(async (request, response) => {
  const { rows } = await pool.query('select id, text from greeting order by random() limit 1');
  console.log(request.method, request.url, 200);
  response.setHeader('content-type', 'application/json').end(JSON.stringify(rows[0]));
});
server.listen(Number(PORT), HOST);
process.on('SIGTERM', () => process.exit(0));
