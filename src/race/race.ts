import { join } from 'node:path';
import { type Clock, createScope, messageOf, PitwallError, type Scope } from '../base/index.ts';
import type { Plan } from '../plan/index.ts';
import { assembleResult, type RaceResult, writeResult } from '../result/index.ts';
import {
  cacheFolder,
  createCertificateAuthority,
  createNamespaceHosts,
  createRunFolder,
  type Host,
  localHost,
  type RunFolder,
  type StageContext,
  type StageHosts,
  startPostgres,
  sweepLeftovers,
  unprivilegedUser,
} from '../stage/index.ts';
import { buildRunners } from './build-phase.ts';
import { checkAll } from './check-phase.ts';
import { describeEnvironment } from './environment.ts';
import type { RaceEvent } from './events.ts';
import { searchLatencyTargets } from './latency-target.ts';
import { beginRace, type RaceIdentity, resumeRace } from './open-race.ts';
import { planFacts } from './plan-facts.ts';
import { playRounds } from './play-phase.ts';
import type { Begun } from './running.ts';
import { findTools } from './tools.ts';
import { withTwin } from './twin.ts';

export interface RaceOptions {
  /** The folder that gets a folder for this race. */
  readonly resultsFolder: string;
  /** Refuse to race without HAProxy or PgBouncer where the plan wants them. */
  readonly strict: boolean;
  /** Runs the database when pitwall is root. */
  readonly databaseUser: string;
  /** What the command line changed of the plan, for whoever resumes or repeats the race. */
  readonly overrides: RaceIdentity['overrides'];
  /** The name of a candidate that is entered twice (an A/A race): what the two differ by is noise. */
  readonly aa?: string;
  /** The folder of a race to go on with. */
  readonly resume?: string;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly env: Readonly<Record<string, string | undefined>>;
  onEvent(event: RaceEvent): void;
}

export interface FinishedRace {
  readonly folder: string;
  readonly result: RaceResult;
}

/**
 * Runs a race to its end, whatever that is, and leaves its journal and race.json in the results folder.
 * @throws PitwallError what ended the race before its last round; the files are there all the same.
 */
export const runRace = async (given: Plan, options: RaceOptions): Promise<FinishedRace> => {
  const { clock, onEvent } = options;
  for (const { folder, processes } of await sweepLeftovers(clock)) {
    const what = processes.length > 0 ? `ended ${processes.join(', ')}` : 'removed its files';
    onEvent({ kind: 'warning', text: `A pitwall was killed and left ${folder} behind: ${what}.` });
  }
  const { plan, twin } = options.aa === undefined ? { plan: given, twin: undefined } : withTwin(given, options.aa);
  await using scope = createScope();
  const runFolder = scope.use(createRunFolder());
  const host = localHost(runFolder, clock);
  const { tools, missing } = findTools(plan, host, options);
  const environment = await describeEnvironment(host, tools);
  const identity = { plan: planFacts(plan, twin), environment, missing, overrides: options.overrides };
  using race =
    options.resume === undefined
      ? beginRace(options.resultsFolder, identity, clock)
      : resumeRace(options.resume, plan, identity, options);
  const { journal } = race;
  const end = (outcome: 'done' | 'failed' | 'interrupted', reason?: string): RaceResult => {
    const endedAt = new Date(clock.unixMs()).toISOString();
    journal.append({ type: 'end', endedAt, outcome, ...(reason === undefined ? {} : { reason }) });
    const result = assembleResult(journal.records);
    writeResult(journal.folder, result);
    return result;
  };
  try {
    const context = await createContext(plan, options, { host, runFolder, scope, folder: journal.folder });
    await playRace({ plan, context, tools, journal, onEvent });
  } catch (error) {
    tryToEnd(() => end(options.signal.aborted ? 'interrupted' : 'failed', messageOf(error)));
    throw error;
  }
  return { folder: journal.folder, result: end('done') };
};

/** Where the results folder itself is what failed, the reason for the end is the first error, not this one. */
const tryToEnd = (end: () => void): void => {
  try {
    end();
  } catch (error) {
    if (!(error instanceof PitwallError)) throw error;
  }
};

interface ContextParts {
  readonly host: Host;
  readonly runFolder: RunFolder;
  readonly scope: Scope;
  readonly folder: string;
}

const createContext = async (
  plan: Plan,
  options: RaceOptions,
  { host, runFolder, scope, folder }: ContextParts,
): Promise<StageContext> => {
  const isRoot = process.getuid?.() === 0;
  const authority = await createCertificateAuthority();
  const hosts =
    plan.hosts === 'local' ? everywhere(host) : scope.use(await createNamespaceHosts(host, runFolder)).hosts;
  const addresses = [...new Set(Object.values(hosts).map(({ address }) => address))];
  return {
    host,
    hosts,
    placements: plan.placements,
    clock: options.clock,
    runFolder: runFolder.path,
    logFolder: join(folder, 'logs'),
    cacheFolder: cacheFolder(options.env, isRoot),
    authority,
    databaseCertificate: await authority.issue([...addresses, 'localhost']),
    databaseUser: unprivilegedUser(options.databaseUser, isRoot),
    signal: options.signal,
    progress: (text) => options.onEvent({ kind: 'progress', text }),
  };
};

const everywhere = (host: Host): StageHosts => ({ client: host, proxy: host, server: host, database: host });

const playRace = async (begun: Begun): Promise<void> => {
  const { plan, context } = begun;
  const { fresh, known } = await buildRunners(begun);
  await using scope = createScope();
  context.progress('starting Postgres');
  const { schemaSql, data } = plan.workload;
  const postgres = scope.use(await startPostgres(context, { schemaSql, tables: data.tables }));
  const running = { ...begun, postgres };
  const checked = await checkAll(fresh, running);
  const runners = [...known, ...checked];
  await playRounds(runners, running);
  await searchLatencyTargets(runners, running);
};
