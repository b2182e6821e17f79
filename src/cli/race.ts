import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { PitwallError, systemClock } from '../base/index.ts';
import { explainRace } from '../explain/index.ts';
import { loadPlan } from '../plan/index.ts';
import { runRace } from '../race/index.ts';
import { formatRaceText, raceView } from '../report/index.ts';
import { compareRaces, findRace, type RaceResult, readRace } from '../result/index.ts';
import { packageRoot } from '../stage/index.ts';
import { formatChanges } from './changes.ts';
import { type CommandContext, exitCode } from './io.ts';
import { createRaceProgress } from './race-progress.ts';
import { liveHeadOf } from './web/live-messages.ts';
import { openRacePage } from './web/race-page.ts';

interface RaceFlags {
  readonly blocks?: number;
  readonly precision?: string;
  readonly maxBlocks?: number;
  readonly retries?: number;
  readonly duration?: string;
  readonly warmup?: string;
  readonly connections?: number;
  readonly scale?: number;
  readonly seed?: number;
  readonly only?: string[];
  readonly aa?: string;
  readonly resume?: string;
  readonly repeat?: string;
  readonly results: string;
  readonly databaseUser: string;
  readonly strict?: true;
  readonly json?: true;
  readonly web?: true | number;
}

export const raceCommand = ({ io, setExitCode }: CommandContext): Command =>
  new Command('race')
    .description('Race the candidates of a plan and print the table.')
    .argument('[plan]', 'a plan file; without it the short form of the seed’s race')
    .option('--blocks <n>', 'rounds of each candidate', wholeNumber)
    .option('--rounds <n>', 'the same as --blocks', wholeNumber)
    .option('--precision <share>', 'add blocks until every throughput ratio is known to ± this, e.g. 3%')
    .option('--max-blocks <n>', 'where --precision stops adding', wholeNumber)
    .option('--retries <n>', 'refused or failed rounds of a candidate that are played again', wholeNumber)
    .option('--duration <time>', 'timed part of a round, e.g. 5s or 1m')
    .option('--warmup <time>', 'load before the timed part')
    .option('--connections <n>', 'connections of the load generator', wholeNumber)
    .option('--scale <n>', 'size of the data set', wholeNumber)
    .option('--seed <n>', 'of the order of the rounds', wholeNumber)
    .option('--only <names>', 'candidates to keep, separated by commas', (text) => text.split(','))
    .option('--aa <candidate>', 'enter this candidate twice: what the two differ by is the noise of the race')
    .option('--resume <race>', 'go on with a race that was interrupted, by its path, name or `latest`')
    .option('--repeat <race>', 'run a race again as it was, and compare the two')
    .option('--results <folder>', 'where the race leaves its files', 'results')
    .option('--database-user <name>', 'runs the database when pitwall is root', 'nobody')
    .option('--strict', 'refuse to race without HAProxy or PgBouncer')
    .option(
      '--web [port]',
      'show the race in a browser while it runs, and its report after it; on loopback',
      wholeNumber,
    )
    .option('--json', 'print the result as JSON, and nothing else on standard output')
    .addHelpText(
      'after',
      '\nExamples:\n  pitwall race\n  pitwall race plans/seed.yaml --only axum-bb8,starlette-asyncpg\n  pitwall race plans/quick.yaml --blocks 2 --duration 3s --json\n  pitwall race plans/seed.yaml --precision 3% --aa axum-bb8\n  pitwall race --resume latest\n',
    )
    .action(async (file: string | undefined, flags: RaceFlags & { readonly rounds?: number }) => {
      const { results, databaseUser, strict, json, web, resume, repeat, rounds, ...own } = flags;
      const given = { ...own, ...(rounds === undefined ? {} : { blocks: rounds }) };
      const before = findBefore(results, resume ?? repeat, given);
      const all: RaceResult['overrides'] = before?.result.overrides ?? given;
      const { aa, ...overrides } = all;
      const planFile = file ?? before?.result.plan.file ?? defaultPlan();
      const plan = await loadPlan(planFile, { overrides, roots: [process.cwd(), packageRoot()] });
      const progress = createRaceProgress(io, liveHeadOf(plan));
      await using live = web === undefined ? undefined : await openRacePage(plan, web === true ? 0 : web, io);
      try {
        const { folder, result } = await runRace(plan, {
          resultsFolder: results,
          strict: strict === true,
          databaseUser,
          overrides: all,
          ...(aa === undefined ? {} : { aa }),
          ...(resume === undefined || before === undefined ? {} : { resume: before.folder }),
          clock: systemClock,
          signal: io.signal,
          env: io.env,
          onEvent: (event) => {
            progress.show(event);
            live?.show(event);
          },
        });
        await live?.end(folder, result);
        progress.close();
        if (json)
          io.stdout(`${JSON.stringify({ ...result, explanations: explainRace(result).explanations }, null, 2)}\n`);
        else io.stdout(`\n${formatRaceText(raceView(result))}Everything else: ${folder}\n`);
        if (repeat !== undefined && before !== undefined && !json) {
          io.stdout(`\n${formatChanges(compareRaces(before.result, result))}`);
        }
        if (result.candidates.some((candidate) => candidate.status === 'failed')) setExitCode(exitCode.failed);
      } catch (error) {
        await live?.fail(error);
        throw error;
      } finally {
        progress.close();
      }
    });

/** The race to resume or repeat. It is taken as it was, so flags that would change it are refused. */
const findBefore = (
  results: string,
  race: string | undefined,
  given: object,
): { readonly folder: string; readonly result: RaceResult } | undefined => {
  if (race === undefined) return undefined;
  const [changed] = Object.keys(given);
  if (changed !== undefined) {
    throw new PitwallError(
      'usage.invalid',
      `--${changed} does not go with --resume or --repeat: the race is as it was.`,
    );
  }
  const folder = findRace(results, race);
  return { folder, result: readRace(folder) };
};

const defaultPlan = (): string => {
  const own = join('plans', 'quick.yaml');
  return existsSync(own) ? own : join(packageRoot(), 'plans', 'quick.yaml');
};

const wholeNumber = (text: string): number => {
  if (!/^-?\d+$/.test(text)) throw new InvalidArgumentError('It must be a whole number.');
  return Number(text);
};
