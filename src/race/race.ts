import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { type Clock, createScope, messageOf, PitwallError } from '../base/index.ts';
import type { Plan, PlanEntry } from '../plan/index.ts';
import {
  assembleResult,
  type CandidateFacts,
  createJournal,
  type Journal,
  type MissingTool,
  type PlanFacts,
  type RaceResult,
  writeResult,
} from '../result/index.ts';
import {
  cacheFolder,
  createCertificateAuthority,
  createRunFolder,
  type Host,
  localHost,
  type Postgres,
  type PreparedCandidate,
  prepareCandidate,
  readLockedVersions,
  type StageContext,
  type StageTools,
  startPostgres,
  startRoundStage,
  sweepLeftovers,
  unprivilegedUser,
} from '../stage/index.ts';
import { calibrate } from './calibrate.ts';
import { createCandidateFiles } from './candidate-files.ts';
import { checkContract, describeMismatch } from './contract.ts';
import { describeEnvironment } from './environment.ts';
import type { RaceEvent } from './events.ts';
import { createLinks } from './links.ts';
import { failedRound, measuredRound, playRound } from './round.ts';
import { scheduleRounds } from './schedule.ts';

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
  const context: StageContext = {
    host,
    clock,
    runFolder: runFolder.path,
    logFolder: join(folder, 'logs'),
    cacheFolder: cacheFolder(options.env, isRoot),
    authority,
    databaseCertificate: await authority.issue([host.address, 'localhost']),
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
    await playRace(plan, context, tools, journal, onEvent);
  } catch (error) {
    end(options.signal.aborted ? 'interrupted' : 'failed', messageOf(error));
    throw error;
  }
  return { folder, result: end('done') };
};

const playRace = async (
  plan: Plan,
  context: StageContext,
  tools: StageTools,
  journal: Journal,
  onEvent: RaceOptions['onEvent'],
): Promise<void> => {
  const prepared = await prepareAll(plan, context, journal, onEvent);
  await using scope = createScope();
  context.progress('starting Postgres');
  const { schemaSql, data } = plan.workload;
  const postgres = scope.use(await startPostgres(context, { schemaSql, tables: data.tables }));
  const runners = await checkAll(plan, prepared, { context, tools, postgres, journal, onEvent });
  await playRounds(plan, runners, { context, tools, postgres, journal, onEvent });
};

/** What the phases of a race share. */
interface Running {
  readonly context: StageContext;
  readonly tools: StageTools;
  readonly postgres: Postgres;
  readonly journal: Journal;
  readonly onEvent: RaceOptions['onEvent'];
}

/** A candidate that is built, with what the result says of it. */
interface Runner {
  readonly entry: PlanEntry;
  readonly prepared: PreparedCandidate;
  readonly facts: CandidateFacts;
}

const prepareAll = async (
  plan: Plan,
  context: StageContext,
  journal: Journal,
  onEvent: RaceOptions['onEvent'],
): Promise<readonly Runner[]> => {
  const runners: Runner[] = [];
  for (const entry of plan.entries) {
    const { candidate } = entry;
    const facts: CandidateFacts = {
      name: entry.name,
      status: 'ok',
      about: candidate.about,
      language: candidate.language,
      settings: entry.settings as Record<string, number>,
      versions: readLockedVersions(candidate.folder, candidate.versions),
    };
    try {
      const prepared = await prepareCandidate(context, candidate);
      runners.push({ entry, prepared, facts: { ...facts, sourceDigest: prepared.digest } });
    } catch (error) {
      context.signal.throwIfAborted();
      leaveOut(journal, onEvent, facts, 'skipped', messageOf(error));
    }
  }
  return runners;
};

const leaveOut = (
  journal: Journal,
  onEvent: RaceOptions['onEvent'],
  facts: CandidateFacts,
  status: 'skipped' | 'failed',
  reason: string,
): void => {
  journal.append({ type: 'candidate', ...facts, status, reason });
  onEvent({ kind: 'left-out', candidate: facts.name, status, reason });
};

/** The contract phase: who breaks it, or does not even start, is not timed. */
const checkAll = async (plan: Plan, runners: readonly Runner[], running: Running): Promise<readonly Runner[]> => {
  const { context, tools, postgres, journal, onEvent } = running;
  const passed: Runner[] = [];
  for (const runner of runners) {
    const { entry, prepared, facts } = runner;
    context.progress(`checking that ${entry.name} keeps the contract`);
    try {
      const label = `${entry.name}-contract`;
      const links = createLinks(context, plan, plan.tap === 'off' ? 'none' : 'messages');
      await using stage = await startRoundStage(context, {
        plan,
        entry,
        prepared,
        postgres,
        tools,
        label,
        openLink: links.open,
      });
      const contract = await checkContract(stage.entrance, plan.workload.data.probes, {
        timeoutMs: plan.timeoutMs,
        signal: context.signal,
      });
      const tap = links.opened.get('server-database');
      let checkedFacts: CandidateFacts = { ...facts, contract };
      if (contract.ok) {
        if (plan.calibration !== undefined && plan.tap !== 'off' && tap !== undefined) {
          context.progress(`counting what a request costs ${entry.name}`);
          const { requests } = plan.calibration;
          checkedFacts = {
            ...checkedFacts,
            calibration: await calibrate(context, stage, tap, { plan, label, requests }),
          };
        }
        journal.append({ type: 'candidate', ...checkedFacts });
        onEvent({ kind: 'contract-held', candidate: entry.name, checked: contract.checked });
        passed.push({ ...runner, facts: checkedFacts });
      } else {
        const first = contract.mismatches[0]!;
        leaveOut(journal, onEvent, checkedFacts, 'failed', `breaks the contract: ${describeMismatch(first)}`);
      }
    } catch (error) {
      await throwIfHopeless(running);
      leaveOut(journal, onEvent, facts, 'failed', messageOf(error));
    }
  }
  return passed;
};

/** A race goes on without a candidate, but not after an interrupt or without its database. */
const throwIfHopeless = async ({ context, postgres }: Running): Promise<void> => {
  context.signal.throwIfAborted();
  const exit = await Promise.race([postgres.process.exited, Promise.resolve(undefined)]);
  if (exit !== undefined) {
    const how = exit.signal ?? `code ${exit.code}`;
    throw new PitwallError('stage.died', `The database ended with ${how} in the middle of the race.`);
  }
};

const playRounds = async (plan: Plan, runners: readonly Runner[], running: Running): Promise<void> => {
  const { context, journal, onEvent } = running;
  const files = createCandidateFiles(journal.folder);
  const schedule = scheduleRounds(runners, plan.blocks, plan.seed);
  const failed = new Set<Runner>();
  const begunNs = context.clock.nowNs();
  let played = 0;
  for (const { entry: runner, block, position } of schedule) {
    if (failed.has(runner)) continue;
    const name = runner.entry.name;
    const left = schedule.length - schedule.findIndex((round) => round.block === block && round.position === position);
    const perRoundMs =
      played === 0 ? plan.warmupMs + plan.durationMs + 4_000 : (context.clock.nowNs() - begunNs) / 1e6 / played;
    onEvent({
      kind: 'round-started',
      candidate: name,
      block,
      blocks: plan.blocks,
      played,
      rounds: schedule.length,
      secondsLeft: Math.round((left * perRoundMs) / 1_000),
    });
    const place = { block, position, startedAt: new Date(context.clock.unixMs()).toISOString() };
    try {
      const label = `${name}-block-${block}`;
      const links = createLinks(context, plan, plan.tap === 'rounds' ? 'passthrough' : 'none');
      await using stage = await startRoundStage(context, { ...running, plan, ...runner, label, openLink: links.open });
      const evidence = await playRound(context, stage, links, {
        plan,
        label,
        onTick: ({ elapsedMs, requestsPerSecond, p99Ms }) =>
          onEvent({ kind: 'tick', candidate: name, elapsedMs, requestsPerSecond, p99Ms }),
      });
      const round = measuredRound(place, plan, evidence);
      files.append(name, block, evidence);
      journal.append({ type: 'round', candidate: name, round });
      onEvent({ kind: 'round-ended', candidate: name, round });
      if (round.outcome === 'failed') fail(runner, round.reason ?? 'refused');
    } catch (error) {
      if (error instanceof PitwallError && error.code.startsWith('result.')) throw error;
      context.signal.throwIfAborted();
      const round = failedRound(place, error);
      journal.append({ type: 'round', candidate: name, round });
      onEvent({ kind: 'round-ended', candidate: name, round });
      await throwIfHopeless(running);
      fail(runner, messageOf(error));
    }
    played += 1;
  }

  function fail(runner: Runner, reason: string): void {
    failed.add(runner);
    leaveOut(journal, onEvent, runner.facts, 'failed', reason);
  }
};

const findTools = (
  plan: Plan,
  host: Host,
  { strict, env }: Pick<RaceOptions, 'strict' | 'env'>,
): { readonly tools: StageTools; readonly missing: readonly MissingTool[] } => {
  const find = (variable: string, command: string): string | undefined => host.which(env[variable] ?? command);
  const tools: StageTools = {
    haproxy: find('PITWALL_HAPROXY', 'haproxy'),
    pgbouncer: find('PITWALL_PGBOUNCER', 'pgbouncer'),
  };
  const wanted = [
    ['haproxy', plan.proxy],
    ['pgbouncer', plan.pooler],
  ] as const;
  const missing = wanted
    .filter(([tool, wish]) => wish !== undefined && tools[tool] === undefined)
    .map(([tool]): MissingTool => ({ tool, install: `sudo apt-get install -y ${tool}` }));
  if (strict && missing.length > 0) {
    const list = missing.map(({ tool, install }) => `${tool} (${install})`).join(', ');
    throw new PitwallError('stage.tool-missing', `The plan wants what is not installed: ${list}.`);
  }
  return { tools, missing };
};

const planFacts = (plan: Plan): PlanFacts => ({
  name: plan.name,
  ...(plan.about === undefined ? {} : { about: plan.about }),
  file: plan.file,
  workload: { name: plan.workload.name, scale: plan.workload.scale, seed: plan.workload.seed },
  candidates: plan.entries.map((entry) => entry.name),
  blocks: plan.blocks,
  durationMs: plan.durationMs,
  warmupMs: plan.warmupMs,
  connections: plan.connections,
  timeoutMs: plan.timeoutMs,
  seed: plan.seed,
  sampleRatio: plan.sampleRatio,
  ...(plan.proxy === undefined ? {} : { proxy: plan.proxy }),
  ...(plan.pooler === undefined ? {} : { pooler: plan.pooler }),
  links: plan.links as PlanFacts['links'],
  tap: plan.tap,
});
