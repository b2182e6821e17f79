import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { systemClock } from '../base/index.ts';
import { loadPlan } from '../plan/index.ts';
import { runRace } from '../race/index.ts';
import { formatRaceTable } from '../report/index.ts';
import { packageRoot } from '../stage/index.ts';
import { type CommandContext, exitCode } from './io.ts';
import { createRaceProgress } from './race-progress.ts';

interface RaceFlags {
  readonly blocks?: number;
  readonly duration?: string;
  readonly warmup?: string;
  readonly connections?: number;
  readonly scale?: number;
  readonly seed?: number;
  readonly only?: readonly string[];
  readonly results: string;
  readonly databaseUser: string;
  readonly strict?: true;
  readonly json?: true;
}

export const raceCommand = ({ io, setExitCode }: CommandContext): Command =>
  new Command('race')
    .description('Race the candidates of a plan and print the table.')
    .argument('[plan]', 'a plan file; without it the short form of the seed’s race')
    .option('--blocks <n>', 'rounds of each candidate', wholeNumber)
    .option('--rounds <n>', 'the same as --blocks', wholeNumber)
    .option('--duration <time>', 'timed part of a round, e.g. 5s or 1m')
    .option('--warmup <time>', 'load before the timed part')
    .option('--connections <n>', 'connections of the load generator', wholeNumber)
    .option('--scale <n>', 'size of the data set', wholeNumber)
    .option('--seed <n>', 'of the order of the rounds', wholeNumber)
    .option('--only <names>', 'candidates to keep, separated by commas', (text) => text.split(','))
    .option('--results <folder>', 'where the race leaves its files', 'results')
    .option('--database-user <name>', 'runs the database when pitwall is root', 'nobody')
    .option('--strict', 'refuse to race without HAProxy or PgBouncer')
    .option('--json', 'print the result as JSON, and nothing else on standard output')
    .addHelpText(
      'after',
      '\nExamples:\n  pitwall race\n  pitwall race plans/seed.yaml --only axum-bb8,starlette-asyncpg\n  pitwall race plans/quick.yaml --blocks 2 --duration 3s --json\n',
    )
    .action(async (file: string | undefined, flags: RaceFlags & { readonly rounds?: number }) => {
      const { results, databaseUser, strict, json, rounds, ...given } = flags;
      const overrides = { ...given, ...(rounds === undefined ? {} : { blocks: rounds }) };
      const plan = await loadPlan(file ?? defaultPlan(), { overrides, roots: [process.cwd(), packageRoot()] });
      const progress = createRaceProgress(io);
      try {
        const { folder, result } = await runRace(plan, {
          resultsFolder: results,
          strict: strict === true,
          databaseUser,
          clock: systemClock,
          signal: io.signal,
          env: io.env,
          onEvent: progress.show,
        });
        progress.close();
        if (json) io.stdout(`${JSON.stringify(result, null, 2)}\n`);
        else io.stdout(`\n${formatRaceTable(result)}Everything else: ${folder}\n`);
        if (result.candidates.some((candidate) => candidate.status === 'failed')) setExitCode(exitCode.failed);
      } finally {
        progress.close();
      }
    });

const defaultPlan = (): string => {
  const own = join('plans', 'quick.yaml');
  return existsSync(own) ? own : join(packageRoot(), 'plans', 'quick.yaml');
};

const wholeNumber = (text: string): number => {
  if (!/^-?\d+$/.test(text)) throw new InvalidArgumentError('It must be a whole number.');
  return Number(text);
};
