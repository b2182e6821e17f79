import { randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { PitwallError } from '../../base/index.ts';
import type { ProcessUser } from '../../hosts/index.ts';
import { fillPlaceholders, type PlanEntry } from '../../plan/index.ts';
import type { Component } from '../component.ts';
import { bareEnv, type DatabaseEndpoint, findHome, type StageContext } from '../context.ts';
import { giveTo, requireEnterable } from '../host/ownership.ts';
import type { TcpAddress } from '../network/link.ts';
import { probeHttp, startWhenReady } from '../probe.ts';
import { writeAppFiles } from './app-files.ts';
import { databaseAddresses } from './database-addresses.ts';
import { createListenCheck } from './listens-elsewhere.ts';
import type { PreparedCandidate } from './prepare.ts';

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
): Promise<Component> => {
  const { host, placement } = findHome(context, 'candidate');
  const { candidate } = entry;
  const port = candidate.port ?? (await host.freePort());
  if (candidate.port !== undefined) await requireFree(entry.name, { host: host.address, port });
  const home = await makeHome(context, prepared.user);
  const { env, fill, fillFile } = candidateEnvironment(entry, { host: host.address, port }, { database, home });
  await writeAppFiles(candidate, { ...prepared, fill: fillFile });
  const command = candidate.start.command.map(fill) as [string, ...string[]];
  requireEnterable(prepared.user, prepared.folder, {
    who: `${entry.name} runs`,
    way: 'Point PITWALL_CACHE at another folder.',
  });
  const url = `http://${host.address}:${port}${candidate.readyPath}`;
  const process = await startWhenReady(
    host,
    {
      placement,
      name: entry.name,
      command,
      cwd: prepared.folder,
      env,
      ...(prepared.user ? { user: prepared.user } : {}),
      logFile,
    },
    (signal) => probeHttp(url, signal),
    {
      ...context,
      timeoutMs: startTimeoutMs,
      findObstacle: createListenCheck({ host: host.address, port }, context.clock),
    },
  );
  return {
    process,
    endpoint: { host: host.address, port },
    [Symbol.asyncDispose]: () => process[Symbol.asyncDispose]() as Promise<void>,
  };
};

/** A fixed port may be another program's, which would answer in its place. */
const requireFree = (name: string, address: TcpAddress): Promise<void> =>
  new Promise((resolve, reject) => {
    const socket = connect(address);
    socket.once('error', () => resolve());
    socket.once('connect', () => {
      socket.destroy();
      reject(
        new PitwallError('stage.not-ready', `${name} is to have port ${address.port}, where another program listens.`),
      );
    });
  });

/** A home of its own, which goes with the run: it can write there and nowhere else, and finds nothing of the user who races it. */
export const makeHome = async ({ runFolder }: StageContext, user: ProcessUser | undefined): Promise<string> => {
  const home = join(runFolder, `home-${randomBytes(4).toString('hex')}`);
  await mkdir(home, { mode: 0o700 });
  await giveTo(user, home);
  return home;
};

interface CandidateEnvironment {
  readonly env: Readonly<Record<string, string>>;
  /** Fills in the placeholders of a command. */
  fill(text: string): string;
  /** Fills in those of a file. */
  fillFile(text: string): string;
}

/** The whole environment of a candidate, and what fills the placeholders of its commands and files. */
export const candidateEnvironment = (
  { candidate, settings }: PlanEntry,
  { host, port }: TcpAddress,
  { database, home }: { readonly database: DatabaseEndpoint; readonly home: string },
): CandidateEnvironment => {
  const addresses = databaseAddresses(database, candidate.tls);
  const values: Record<string, string> = { 'server.host': host, 'server.port': String(port) };
  for (const [name, value] of Object.entries(settings)) values[`settings.${name}`] = String(value);
  for (const [name, value] of Object.entries(addresses)) values[`database.${name}`] = value;
  const fillFile = (text: string) => fillPlaceholders(text, values);
  const short: Record<string, string | undefined> = { host, port: String(port) };
  for (const [name, value] of Object.entries(settings)) short[name] = String(value);
  // Files are full of braces: the short forms are for commands and variables alone.
  const fill = (text: string) =>
    fillFile(text.replace(/(?<!\$)\{(\w+)\}/g, (whole, name: string) => short[name] ?? whole));
  const env = {
    ...bareEnv,
    PATH: globalThis.process.env['PATH'] ?? bareEnv.PATH,
    HOME: home,
    TMPDIR: home,
    ...serverEnv(host, port, settings),
    ...databaseEnv(addresses),
    ...Object.fromEntries(Object.entries(candidate.start.env).map(([name, value]) => [name, fill(value)])),
  };
  return { env, fill, fillFile };
};

/** The names of the variables that a candidate gets. */
export const environmentNames = (entry: PlanEntry): readonly string[] => {
  const nowhere = { host: '', port: 0 };
  const database = { ...nowhere, user: '', password: '', database: '', caFile: '' };
  return Object.keys(candidateEnvironment(entry, nowhere, { database, home: '' }).env).sort();
};

const serverEnv = (address: string, port: number, settings: PlanEntry['settings']): Record<string, string> => ({
  HOST: address,
  PORT: String(port),
  ...Object.fromEntries(
    Object.entries(settings).map(([name, value]) => [`PITWALL_${name.toUpperCase()}`, String(value)]),
  ),
});

/** libpq's own names, which most drivers understand, and the same as one URL. */
const databaseEnv = (database: ReturnType<typeof databaseAddresses>): Record<string, string> => ({
  PGHOST: database.host,
  PGPORT: database.port,
  PGUSER: database.user,
  PGPASSWORD: database.password,
  PGDATABASE: database.name,
  PGSSLMODE: database.sslMode,
  ...(database.caFile === '' ? {} : { PGSSLROOTCERT: database.caFile }),
  DATABASE_URL: database.url,
});
