import { readFileSync } from 'node:fs';
import pg from 'pg';

/** Where the database is comes from the PG* variables, which pg reads itself except those for TLS. */
export const connectPool = (): pg.Pool => {
  const caFile = process.env['PGSSLROOTCERT'];
  pg.types.setTypeParser(pg.types.builtins.TIMESTAMPTZ, timeText);
  return new pg.Pool({
    max: Number(process.env['PITWALL_POOL'] ?? '10'),
    ssl: process.env['PGSSLMODE'] !== 'disable' && (caFile ? { ca: readFileSync(caFile) } : true),
  });
};

/**
 * RFC 3339 from Postgres' own text of a time in UTC, "2021-02-03 04:05:06.00701+00": a Date would cut off
 * the microseconds.
 */
const timeText = (text: string): string => {
  const [seconds = '', micros = ''] = text.slice(0, -'+00'.length).split('.');
  return `${seconds.replace(' ', 'T')}.${micros.padEnd(6, '0')}Z`;
};
