import { resolve } from 'node:path';
import { debuglog } from 'node:util';
import { type Clock, createScope, type Scope } from '../base/index.ts';
import {
  cacheFolder,
  candidateUser,
  createCertificateAuthority,
  digestSources,
  everywhere,
  type Leftover,
  roles,
  type StageContext,
  startPostgres,
  sweepLeftovers,
  unprivilegedUser,
} from '../components/index.ts';
import { createNamespaceHosts, type Host, startLocalHost } from '../hosts/index.ts';
import type { Plan } from '../plan/index.ts';
import { createRaceContract } from './contract/race-contract.ts';
import type { RaceEvent } from './events.ts';
import { openRace, type RaceIdentity } from './journal/open-race.ts';
import { type FinishedRace, playToEnd } from './journal/play-to-end.ts';
import { buildRunners } from './preflight/build-phase.ts';
import { checkAll } from './preflight/check-phase.ts';
import { describeEnvironment } from './preflight/environment.ts';
import { planFacts } from './preflight/plan-facts.ts';
import { readMachineLimits, requirePossible } from './preflight/possible.ts';
import { findTools } from './preflight/tools.ts';
import { playRounds } from './round/play-phase.ts';
import { stageContender } from './round/stage-attempt.ts';
import { type Begun, throwIfHopeless } from './running.ts';
import { withControl } from './schedule/control.ts';
import { searchLatencyTargets } from './schedule/latency-target.ts';

const debug = debuglog('pitwall:race');

export interface RaceOptions {
  /** The folder that gets a folder for this race. */
  readonly resultsFolder: string;
  /** Refuse to race without HAProxy or PgBouncer where the plan wants them. */
  readonly strict: boolean;
  /** Runs the database when pitwall is root. */
  readonly databaseUser: string;
  /** Runs the candidates when pitwall is root. */
  readonly candidateUser: string;
  /** What the command line changed of the plan, for whoever resumes or repeats the race. */
  readonly overrides: RaceIdentity['overrides'];
  /** The name of a candidate that is entered twice (an A/A race): what the two differ by is noise. */
  readonly aa?: string;
  /** The folder of a race to go on with. */
  readonly resume?: string;
  /** How many blocks the race to go on with is to have then. */
  readonly prolongTo?: number;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly env: Readonly<Record<string, string | undefined>>;
  onEvent(event: RaceEvent): void;
}

/**
 * Runs a race to its end, whatever that is, and leaves its journal and race.json in the results folder.
 * @throws PitwallError what ended the race before its last round; the files are there all the same.
 */
export const runRace = async (given: Plan, options: RaceOptions): Promise<FinishedRace> => {
  const { clock, onEvent } = options;
  for (const leftover of await sweepLeftovers(clock)) onEvent({ kind: 'warning', text: describeLeftover(leftover) });
  const { plan, control } =
    options.aa === undefined ? { plan: given, control: undefined } : withControl(given, options.aa);
  requirePossible(plan, readMachineLimits());
  await using scope = createScope();
  const host = scope.use(await startLocalHost());
  const { tools, missing } = await findTools(plan, host, options);
  debug('run folder %s, tools %j, missing %j', host.folder, tools, missing);
  const environment = await describeEnvironment(host, tools);
  const identity = { plan: planFacts(plan, control), environment, missing, overrides: options.overrides };
  using race = openRace(identity, sourceDigests(plan), options);
  const { journal } = race;
  return await playToEnd(journal, options, async () => {
    const context = await createContext(plan, options, { host, scope, folder: journal.folder });
    await playRace({ plan, context, tools, journal, onEvent });
  });
};

const describeLeftover = ({ folder, processes, failure }: Leftover): string => {
  const ended = processes.length > 0 ? `ended ${processes.join(', ')}` : undefined;
  const files = failure === undefined ? 'removed its files' : `it stays (${failure})`;
  return `A pitwall was killed and left ${folder} behind: ${[ended ?? files, ...(ended && failure ? [files] : [])].join('; ')}.`;
};

interface ContextParts {
  readonly host: Host;
  readonly scope: Scope;
  readonly folder: string;
}

const createContext = async (
  plan: Plan,
  options: RaceOptions,
  { host, scope, folder }: ContextParts,
): Promise<StageContext> => {
  const isRoot = process.getuid?.() === 0;
  const authority = await createCertificateAuthority();
  const hosts = plan.hosts === 'local' ? everywhere(host) : scope.use(await createNamespaceHosts(host, roles)).hosts;
  const addresses = [...new Set(Object.values(hosts).map(({ address }) => address))];
  return {
    host,
    hosts,
    placements: plan.placements,
    clock: options.clock,
    runFolder: host.folder,
    logFolder: resolve(folder, 'logs'),
    cacheFolder: cacheFolder(options.env, isRoot),
    authority,
    databaseCertificate: await authority.issue([...addresses, 'localhost']),
    databaseUser: unprivilegedUser(options.databaseUser, isRoot, 'the database'),
    candidateUser: candidateUser(options.candidateUser, isRoot),
    signal: options.signal,
    progress: (text) => options.onEvent({ kind: 'progress', text }),
  };
};

/** What each candidate's sources are now. */
const sourceDigests = (plan: Plan): ReadonlyMap<string, () => string> =>
  new Map(plan.entries.map(({ name, candidate }) => [name, () => digestSources(candidate)]));

const playRace = async (begun: Begun): Promise<void> => {
  const { plan, context } = begun;
  const { fresh, known } = await buildRunners(begun);
  await using scope = createScope();
  context.progress('starting Postgres');
  const { schema, data } = plan.workload;
  // Rows of tables that commands have yet to make come after those.
  const tables = schema === undefined ? [] : data.tables;
  const postgres = scope.use(await startPostgres(context, { schema, tables }));
  const contract = createRaceContract(plan.workload, context.progress);
  const running = { ...begun, postgres, contract };
  const checked = await checkAll(fresh, running);
  const runners = [...known, ...checked];
  await playRounds(
    runners.map((runner) => stageContender(runner, running)),
    {
      ...running,
      ...context,
      names: plan.entries.map(({ name }) => name),
      throwIfHopeless: () => throwIfHopeless(running),
    },
  );
  await searchLatencyTargets(runners, running);
};
