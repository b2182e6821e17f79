import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { type Clock, createScope, messageOf } from '../base/index.ts';
import type { Plan } from '../plan/index.ts';
import { assembleResult, createJournal, type RaceResult, writeResult } from '../result/index.ts';
import {
  cacheFolder,
  createCertificateAuthority,
  createNamespaceHosts,
  createRunFolder,
  type Host,
  localHost,
  type StageContext,
  type StageHosts,
  startPostgres,
  sweepLeftovers,
  unprivilegedUser,
} from '../stage/index.ts';
import { checkAll } from './check-phase.ts';
import { describeEnvironment } from './environment.ts';
import type { RaceEvent } from './events.ts';
import { planFacts } from './plan-facts.ts';
import { playRounds } from './play-phase.ts';
import { prepareAll } from './prepare-phase.ts';
import type { Begun } from './running.ts';
import { findTools } from './tools.ts';

export interface RaceOptions {
  /** The folder that gets a folder for this race. */
  readonly resultsFolder: string;
  /** Refuse to race without HAProxy or PgBouncer where the plan wants them. */
  readonly strict: boolean;
  /** Runs the database when pitwall is root. */
  readonly databaseUser: string;
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
export const runRace = async (plan: Plan, options: RaceOptions): Promise<FinishedRace> => {
  const { clock, onEvent } = options;
  for (const { folder, processes } of await sweepLeftovers(clock)) {
    const what = processes.length > 0 ? `ended ${processes.join(', ')}` : 'removed its files';
    onEvent({ kind: 'warning', text: `A pitwall was killed and left ${folder} behind: ${what}.` });
  }
  const startedAt = new Date(clock.unixMs()).toISOString();
  const id = `${startedAt.slice(0, 19).replaceAll(':', '-')}-${plan.name}-${randomBytes(2).toString('hex')}`;
  const folder = join(options.resultsFolder, id);

  await using scope = createScope();
  const runFolder = scope.use(createRunFolder());
  const host = localHost(runFolder, clock);
  const { tools, missing } = findTools(plan, host, options);
  const environment = await describeEnvironment(host, tools);
  using journal = createJournal(folder);
  const isRoot = process.getuid?.() === 0;
  const authority = await createCertificateAuthority();
  const hosts =
    plan.hosts === 'local' ? everywhere(host) : scope.use(await createNamespaceHosts(host, runFolder)).hosts;
  const addresses = [...new Set(Object.values(hosts).map(({ address }) => address))];
  const context: StageContext = {
    host,
    hosts,
    placements: plan.placements,
    clock,
    runFolder: runFolder.path,
    logFolder: join(folder, 'logs'),
    cacheFolder: cacheFolder(options.env, isRoot),
    authority,
    databaseCertificate: await authority.issue([...addresses, 'localhost']),
    databaseUser: unprivilegedUser(options.databaseUser, isRoot),
    signal: options.signal,
    progress: (text) => onEvent({ kind: 'progress', text }),
  };
  journal.append({
    type: 'race',
    version: 1,
    id,
    startedAt,
    plan: planFacts(plan),
    environment,
    missing: [...missing],
  });
  const end = (outcome: 'done' | 'failed' | 'interrupted', reason?: string): RaceResult => {
    const endedAt = new Date(clock.unixMs()).toISOString();
    journal.append({ type: 'end', endedAt, outcome, ...(reason === undefined ? {} : { reason }) });
    const result = assembleResult(journal.records);
    writeResult(folder, result);
    return result;
  };
  try {
    await playRace({ plan, context, tools, journal, onEvent });
  } catch (error) {
    end(options.signal.aborted ? 'interrupted' : 'failed', messageOf(error));
    throw error;
  }
  return { folder, result: end('done') };
};

const everywhere = (host: Host): StageHosts => ({ client: host, proxy: host, server: host, database: host });

const playRace = async (begun: Begun): Promise<void> => {
  const { plan, context } = begun;
  const built = await prepareAll(begun);
  await using scope = createScope();
  context.progress('starting Postgres');
  const { schemaSql, data } = plan.workload;
  const postgres = scope.use(await startPostgres(context, { schemaSql, tables: data.tables }));
  const running = { ...begun, postgres };
  await playRounds(await checkAll(built, running), running);
};
