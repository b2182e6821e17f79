import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { PitwallError, present, systemClock } from '../../base/index.ts';
import { packageRoot } from '../../components/index.ts';
import { appPlanFile, isUrlArgument, loadPlan } from '../../plan/index.ts';
import { type FinishedRace, type RaceEvent, runRace } from '../../race/index.ts';
import type { LiveHead } from '../../report/index.ts';
import type { RaceResult } from '../../result/index.ts';
import type { Io } from '../terminal/io.ts';
import { buildLiveHead } from '../web/live-messages.ts';
import { setUpForRace } from './set-up.ts';
import { planUrlRace, requestFlagNames, type UrlRaceFlags } from './url-race.ts';

/** What the command line says of a race. */
export interface RaceSettings extends UrlRaceFlags {
  readonly io: Io;
  readonly overrides: RaceResult['overrides'];
  /** The race that is resumed or repeated. */
  readonly before?: { readonly folder: string; readonly result: RaceResult };
  readonly resume?: string;
  /** How many blocks the race that is resumed is to have. */
  readonly prolongTo?: number;
  readonly results: string;
  readonly databaseUser: string;
  readonly candidateUser: string;
  readonly strict?: true;
  readonly setup: boolean;
}

/** A race that is ready to be run. */
export interface PlannedRace {
  readonly head: LiveHead;
  run(onEvent: (event: RaceEvent) => void): Promise<FinishedRace>;
}

/** Reads the plan, or takes the URLs, and sets up what the race uses. */
export const planRace = async (args: readonly string[], settings: RaceSettings): Promise<PlannedRace> => {
  const before = settings.before?.result.plan;
  if (args.some(isUrlArgument) || (args.length === 0 && before?.urls !== undefined)) return planUrlRace(args, settings);
  requireOnePlan(args, settings);
  const { io, overrides: all, results, databaseUser, candidateUser, strict, setup } = settings;
  const { aa, ...overrides } = all;
  const planFile = args[0] ?? before?.file ?? findDefaultPlan();
  const plan = await loadPlan(planFile, { overrides, roots: [process.cwd(), packageRoot()] });
  await setUpForRace(plan, { io, isWanted: setup });
  return {
    head: buildLiveHead(plan),
    run: (onEvent) =>
      runRace(plan, {
        resultsFolder: results,
        strict: strict === true,
        databaseUser,
        candidateUser,
        overrides: all,
        ...(aa === undefined ? {} : { aa }),
        ...(settings.resume === undefined || settings.before === undefined ? {} : { resume: settings.before.folder }),
        ...present('prolongTo', settings.prolongTo),
        clock: systemClock,
        signal: io.signal,
        env: io.env,
        onEvent,
      }),
  };
};

const requireOnePlan = (args: readonly string[], settings: RaceSettings): void => {
  const [flag] = Object.keys(settings).filter((key) => requestFlagNames.has(key));
  if (flag !== undefined) {
    throw new PitwallError(
      'usage.invalid',
      `--${flag} goes with a race of URLs only: the requests of a plan are its workload's.`,
    );
  }
  if (args.length < 2) return;
  const host = args.find((text) => /^[\w.-]+:\d+(\/|$)/.test(text));
  throw new PitwallError(
    'usage.invalid',
    host === undefined
      ? `A race has one plan, and ${args.length} were given (${args.join(', ').slice(0, 200)}); running servers are raced by their URLs.`
      : `"${host.slice(0, 200)}" is no URL: write http://${host.slice(0, 200)} to race a running server.`,
  );
};

/** The plan of the app in the working folder, or else the default one of that folder or of pitwall itself. */
export const findDefaultPlan = (): string => (existsSync(appPlanFile) ? appPlanFile : join('plans', 'quick.yaml'));
