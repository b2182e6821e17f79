import type { Candidate, DatabasePlaceholder } from '../../plan/index.ts';
import type { DatabaseEndpoint } from '../context.ts';

/** What a candidate makes of the database's TLS, in libpq's words. */
const sslModes = { verify: 'verify-full', require: 'require', off: 'disable' } as const;

/**
 * The database's address in every form that servers take it in. User and password need no escaping: pitwall chose them. TLS that is off is
 * said in each, for some drivers would try it.
 */
export const databaseAddresses = (
  { host, port, user, password, database: name, caFile }: DatabaseEndpoint,
  tls: Candidate['tls'],
): Readonly<Record<DatabasePlaceholder, string>> => {
  const sslMode = sslModes[tls];
  const query = new URLSearchParams({ sslmode: sslMode, ...(tls === 'verify' ? { sslrootcert: caFile } : {}) });
  const at = `${user}:${password}@${host}:${port}/${name}`;
  return {
    host,
    port: String(port),
    user,
    password,
    name,
    sslMode,
    caFile: tls === 'off' ? '' : caFile,
    url: `postgres://${at}?${query}`,
    jdbcUrl: `jdbc:postgresql://${host}:${port}/${name}?${new URLSearchParams({ user, password })}&${query}`,
    sqlalchemyUrl: `postgresql://${at}?${query}`,
    // asyncpg takes the authority from PGSSLROOTCERT.
    asyncpgUrl: `postgresql+asyncpg://${at}?ssl=${sslMode}`,
  };
};
