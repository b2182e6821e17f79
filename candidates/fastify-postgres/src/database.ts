import { readFileSync } from 'node:fs';
import postgres from 'postgres';

export type Pool = ReturnType<typeof connectPool>;
export type Connection = Awaited<ReturnType<Pool['reserve']>>;

/** Where the database is comes from the PG* variables, which postgres.js reads itself except those for TLS. */
export const connectPool = () =>
  postgres({
    max: Number(process.env['PITWALL_POOL'] ?? '10'),
    ssl: process.env['PGSSLMODE'] !== 'disable' && tlsOptions(),
    connection: { TimeZone: 'UTC' },
    types: { time: { to: 1184, from: [1184], serialize: String, parse: timeText } },
  });

// The host is named again, since postgres.js does not name it to TLS where it is an address.
const tlsOptions = () => {
  const host = process.env['PGHOST'];
  const caFile = process.env['PGSSLROOTCERT'];
  return caFile ? { host, ca: readFileSync(caFile) } : { host };
};

/**
 * RFC 3339 from Postgres' own text of a time in UTC, "2021-02-03 04:05:06.00701+00": a Date would cut off
 * the microseconds.
 */
const timeText = (text: string): string => {
  const [seconds = '', micros = ''] = text.slice(0, -'+00'.length).split('.');
  return `${seconds.replace(' ', 'T')}.${micros.padEnd(6, '0')}Z`;
};
