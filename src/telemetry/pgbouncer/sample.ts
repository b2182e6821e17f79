import pg from 'pg';
import { type Clock, PitwallError } from '../../base/index.ts';
import { type Sampler, startSampler } from '../sampler.ts';
import { type PgBouncerReading, parsePgBouncer } from './parse.ts';

export interface PgBouncerSamplerOptions {
  readonly host: string;
  readonly port: number;
  /** One of `stats_users` or `admin_users`. */
  readonly user: string;
  readonly password?: string;
  readonly intervalMs: number;
  readonly clock: Clock;
}

/** Samples the admin console. Rejects with `observe.failed` when it can't be reached. */
export const startPgBouncerSampler = async (options: PgBouncerSamplerOptions): Promise<Sampler<PgBouncerReading>> => {
  const { host, port, user, password, intervalMs, clock } = options;
  const client = new pg.Client({
    host,
    port,
    user,
    database: 'pgbouncer',
    ...(password === undefined ? {} : { password }),
  });
  // A console that goes away fails the next reading, which says so.
  client.on('error', () => undefined);
  try {
    await client.connect();
  } catch (cause) {
    throw new PitwallError(
      'observe.failed',
      `Can't reach the admin console of PgBouncer on ${host}:${port} as ${user}.`,
      {
        cause,
      },
    );
  }
  return startSampler({
    intervalMs,
    clock,
    // The console knows the simple protocol only: no parameters.
    read: async () => parsePgBouncer((await client.query('SHOW STATS')).rows, (await client.query('SHOW POOLS')).rows),
    close: () => client.end(),
  });
};
