import { homedir } from 'node:os';
import type { PlanEntry } from '../plan/index.ts';
import { bareEnv, type DatabaseEndpoint, homeOf, type StageContext } from './context.ts';
import type { HostProcess } from './host.ts';
import type { PreparedCandidate } from './prepare.ts';
import { probeHttp, startWhenReady } from './probe.ts';

export interface CandidateServer extends AsyncDisposable {
  readonly process: HostProcess;
  readonly host: string;
  readonly port: number;
}

export interface CandidateServerOptions {
  readonly entry: PlanEntry;
  readonly prepared: PreparedCandidate;
  readonly database: DatabaseEndpoint;
  readonly logFile: string;
  readonly startTimeoutMs: number;
}

/** Starts a candidate's server and waits until it gives any HTTP answer. */
export const startCandidate = async (
  context: StageContext,
  { entry, prepared, database, logFile, startTimeoutMs }: CandidateServerOptions,
): Promise<CandidateServer> => {
  const { host, placement } = homeOf(context, 'candidate');
  const { candidate, settings } = entry;
  const port = await host.freePort();
  const placeholders: Record<string, string> = { host: host.address, port: String(port) };
  for (const [name, value] of Object.entries(settings)) placeholders[name] = String(value);
  const fill = (text: string) => text.replace(/\{(\w+)\}/g, (whole, name: string) => placeholders[name] ?? whole);

  const url = `http://${host.address}:${port}${candidate.readyPath}`;
  const process = await startWhenReady(
    host,
    {
      placement,
      name: entry.name,
      command: candidate.start.command.map(fill) as [string, ...string[]],
      cwd: prepared.folder,
      env: {
        ...bareEnv,
        PATH: globalThis.process.env['PATH'] ?? bareEnv.PATH,
        HOME: homedir(),
        ...serverEnv(host.address, port, settings),
        ...databaseEnv(database),
        ...Object.fromEntries(Object.entries(candidate.start.env).map(([name, value]) => [name, fill(value)])),
      },
      logFile,
    },
    (signal) => probeHttp(url, signal),
    { ...context, timeoutMs: startTimeoutMs },
  );
  return {
    process,
    host: host.address,
    port,
    [Symbol.asyncDispose]: () => process[Symbol.asyncDispose]() as Promise<void>,
  };
};

const serverEnv = (address: string, port: number, settings: PlanEntry['settings']): Record<string, string> => ({
  HOST: address,
  PORT: String(port),
  ...Object.fromEntries(
    Object.entries(settings).map(([name, value]) => [`PITWALL_${name.toUpperCase()}`, String(value)]),
  ),
});

/** libpq's own names, which most drivers understand, and the same as one URL. */
const databaseEnv = (database: DatabaseEndpoint): Record<string, string> => {
  const query = new URLSearchParams({ sslmode: 'verify-full', sslrootcert: database.caFile });
  return {
    PGHOST: database.host,
    PGPORT: String(database.port),
    PGUSER: database.user,
    PGPASSWORD: database.password,
    PGDATABASE: database.database,
    PGSSLMODE: 'verify-full',
    PGSSLROOTCERT: database.caFile,
    DATABASE_URL: `postgres://${database.user}:${database.password}@${database.host}:${database.port}/${database.database}?${query}`,
  };
};
