import { extname } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { PitwallError } from '../base/index.ts';
import {
  adviseCandidate,
  askCandidate,
  type CandidateExplanation,
  explainRace,
  type WhatIfChange,
} from '../explain/index.ts';
import { parseDurationMs } from '../plan/index.ts';
import { type ExplainedCandidate, formatExplanations, formatRaceDetails } from '../report/index.ts';
import { findRace, type RaceResult, readRace, readResultFile } from '../result/index.ts';
import { type CommandContext, exitCode } from './terminal/io.ts';

interface ExplainFlags extends Omit<WhatIfChange, 'rttMs' | 'keepConnections' | 'evenConnections'> {
  readonly results: string;
  readonly candidate?: string;
  /** Milliseconds. */
  readonly rtt?: number;
  readonly advise?: true;
  readonly json?: true;
}

export const explainCommand = ({ io, setExitCode }: CommandContext): Command =>
  new Command('explain')
    .description('Say what limits each candidate of a race, and what would change if a setting were different.')
    .argument('[race]', 'its folder, its id or a part of it, a race.json, or `latest`', 'latest')
    .option('--candidate <name>', 'only this one')
    .option('--rtt <time>', 'what if a round trip to the database took this long, e.g. 1ms', duration)
    .option('--pool <n>', 'what if there were so many pool connections, of all processes together', wholeNumber)
    .option('--maxconn <n>', 'what if the proxy let so many requests in', wholeNumber)
    .option('--connections <n>', 'what if the client had so many connections', wholeNumber)
    .option('--round-trips <n>', 'what if a request waited so often for the database', positiveNumber)
    .option('--cores <n>', 'what if the machine of the server had so many cores', wholeNumber)
    .option('--workers <n>', 'what if the server had so many processes', wholeNumber)
    .option('--advise', 'rank single changes by their predicted gain, and name habits that cost round trips')
    .option('--results <folder>', 'where races are stored', 'results')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      '\nSeveral settings make one what-if. docs/model.md says what the model knows and how far it can be trusted.\n' +
        '\nExamples:\n  pitwall explain\n  pitwall explain latest --candidate axum-bb8 --rtt 1ms --pool 40\n  pitwall explain latest --advise\n',
    )
    .action((name: string, flags: ExplainFlags) => {
      const race = findResult(flags.results, name);
      const change = readChange(flags);
      const { explanations, missing } = ofCandidate(race, flags.candidate);
      const answers = explanations.map((explained): ExplainedCandidate => {
        const advice = adviseCandidate(race, explained);
        return {
          explained,
          first: advice.first,
          ...(change === undefined ? {} : { change, answer: ask(explained, change) }),
          ...(flags.advise ? { advice } : {}),
        };
      });
      if (flags.json) io.stdout(`${JSON.stringify({ race: race.id, ...writeJson(answers), missing }, null, 2)}\n`);
      else {
        io.stdout(formatExplanations(answers, missing));
        if (explanations.length > 0) io.stdout(`\n${formatRaceDetails(race)}`);
      }
      const isAnswered = answers.some(({ answer }) => answer === undefined || answer.kind !== 'not-applicable');
      if (explanations.length === 0) setExitCode(exitCode.failed);
      else if (!isAnswered) setExitCode(exitCode.usage);
    });

/** A file ending in .json is a result by itself, such as `pitwall race --json` prints. */
const findResult = (results: string, name: string): RaceResult => {
  if (extname(name) === '.json') return readResultFile(name);
  return readRace(findRace(results, name));
};

const ofCandidate = (race: RaceResult, name: string | undefined): ReturnType<typeof explainRace> => {
  const { explanations, missing } = explainRace(race);
  if (name === undefined) return { explanations, missing };
  const names = race.candidates.map((candidate) => candidate.name);
  if (!names.includes(name)) {
    throw new PitwallError(
      'usage.invalid',
      `The race ${race.id} has no candidate ${name}; it has ${names.join(', ')}.`,
    );
  }
  const isIt = ({ candidate }: { readonly candidate: string }): boolean => candidate === name;
  return { explanations: explanations.filter(isIt), missing: missing.filter(isIt) };
};

/** Undefined where nothing was asked. */
const readChange = (flags: ExplainFlags): WhatIfChange | undefined => {
  const { rtt, pool, maxconn, connections, roundTrips, cores, workers } = flags;
  const asked = { rttMs: rtt, pool, maxconn, connections, roundTrips, cores, workers };
  const given = Object.entries(asked).filter(([, value]) => value !== undefined);
  return given.length === 0 ? undefined : (Object.fromEntries(given) as WhatIfChange);
};

/** A candidate without a pool has no answer to `--pool`; the others of the race have. */
const ask = (explained: CandidateExplanation, change: WhatIfChange): NonNullable<ExplainedCandidate['answer']> => {
  try {
    return askCandidate(explained, change);
  } catch (error) {
    if (!(error instanceof PitwallError) || error.code !== 'explain.invalid') throw error;
    return { kind: 'not-applicable', reason: error.message.replace(/^what if \w+ were different: /, '') };
  }
};

const writeJson = (answers: readonly ExplainedCandidate[]) => ({
  explanations: answers.map(({ explained: { explanation, ...explained }, change, answer, advice }) => {
    const { prediction, kind, measured } = explanation;
    return {
      ...explained,
      kind,
      ...(explanation.kind === 'unexplained' ? { missingMs: explanation.missingMs } : {}),
      predicted: { requestsPerSecond: prediction.requestsPerSecond, latencyMs: prediction.latencyMs },
      measured,
      uses: prediction.uses,
      bounds: prediction.bounds,
      ...(answer === undefined ? {} : { whatIf: { change, ...answer } }),
      ...(advice === undefined ? {} : { advice }),
    };
  }),
});

const duration = (text: string): number => {
  const ms = parseDurationMs(text);
  if (ms === undefined) throw new InvalidArgumentError('It must be a number with a unit, such as 0.5ms.');
  return ms;
};

const wholeNumber = (text: string): number => {
  if (!/^[1-9]\d*$/.test(text)) throw new InvalidArgumentError('It must be a whole number from 1.');
  return Number(text);
};

const positiveNumber = (text: string): number => {
  if (!/^\d+(\.\d+)?$/.test(text)) throw new InvalidArgumentError('It must be a number from 0.');
  return Number(text);
};
