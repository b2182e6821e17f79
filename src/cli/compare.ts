import { existsSync } from 'node:fs';
import { Command } from 'commander';
import { PitwallError, present } from '../base/index.ts';
import { plainText } from '../report/index.ts';
import {
  type Changes,
  compareRaces,
  compareSides,
  findRace,
  type RaceResult,
  readRace,
  type Side,
} from '../result/index.ts';
import { formatChanges } from './race/changes.ts';
import { type FailIf, parseFailIf, testFailIf } from './race/fail-if.ts';
import { type CommandContext, exitCode } from './terminal/io.ts';

interface CompareFlags {
  readonly results: string;
  readonly failIf: readonly FailIf[];
  readonly reference?: string;
  readonly json?: true;
}

export const compareCommand = ({ io, setExitCode }: CommandContext): Command =>
  new Command('compare')
    .description('Compare two races, or two candidates, and gate on the change.')
    .argument('<before>', 'RACE or RACE:CANDIDATE; a race by its path, its name (or a part of it) or `latest`')
    .argument('<after>', 'likewise')
    .option('--results <folder>', 'where races are', 'results')
    .option(
      '--fail-if <condition>',
      "exit with 3 when the interval shows this change, e.g. 'requestsPerSecond < -5%'; may be repeated",
      (text: string, before: readonly FailIf[]) => [...before, parseFailIf(text)],
      [],
    )
    .option(
      '--reference <candidate>',
      'of two races: a candidate of both that did not change, beside which the others are measured; without it those whose sources and settings are the same',
    )
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      "\nExamples:\n  pitwall compare 2026-01-01 latest\n  pitwall compare latest:base latest:head --fail-if 'requestsPerSecond < -5%' --fail-if 'p99Ms > 10%'\n",
    )
    .action((before: string, after: string, flags: CompareFlags) => {
      const changes = compare(flags, before, after);
      const answers = flags.failIf.flatMap((condition) => testAll(condition, changes));
      if (flags.json) io.stdout(`${JSON.stringify({ ...changes, conditions: answers }, null, 2)}\n`);
      else io.stdout(`${formatChanges(changes)}${answers.map(({ text }) => `${plainText(text)}\n`).join('')}`);
      if (answers.some(({ answer }) => answer === 'fails')) setExitCode(exitCode.gate);
      else if (answers.some(({ answer }) => answer === 'withheld')) setExitCode(exitCode.failed);
    });

const compare = ({ results, reference }: CompareFlags, before: string, after: string): Changes => {
  const [old, current] = [before, after].map((text) => resolveSide(results, text));
  if (old!.candidate === undefined && current!.candidate === undefined) {
    requireReference(reference, old!.race, current!.race);
    return compareRaces(old!.race, current!.race, present('reference', reference));
  }
  const name = old!.candidate ?? current!.candidate!;
  requireReference(reference, old!.race, current!.race);
  return compareSides(
    findSide(old!.race, old!.candidate ?? name),
    findSide(current!.race, current!.candidate ?? name),
    present('reference', reference),
  );
};

/** @throws PitwallError `usage.invalid` for a reference that one of the races does not have. */
const requireReference = (reference: string | undefined, ...races: readonly RaceResult[]): void => {
  if (reference !== undefined) for (const race of races) findSide(race, reference);
};

/** Both may hold colons, a race on its path and a server its port: the first that has a race before it divides them. */
const resolveSide = (results: string, text: string): { readonly race: RaceResult; readonly candidate?: string } => {
  if (!text.includes(':') || existsSync(text)) return { race: findOrSuggest(results, text) };
  const colons = [...text.matchAll(/:/g)].map(({ index }) => index);
  const colon = colons.find((at) => isKnown(results, text.slice(0, at))) ?? colons.at(-1)!;
  return { race: findOrSuggest(results, text.slice(0, colon)), candidate: text.slice(colon + 1) };
};

const isKnown = (results: string, race: string): boolean => {
  try {
    return race !== '' && findRace(results, race) !== undefined;
  } catch {
    return false;
  }
};

/** Who gives the names of two candidates means those of the last race. */
const findOrSuggest = (results: string, race: string): RaceResult => {
  try {
    return readRace(findRace(results, race));
  } catch (error) {
    if (!(error instanceof PitwallError) || error.code !== 'result.not-found' || !isKnown(results, 'latest'))
      throw error;
    const latest = readRace(findRace(results, 'latest'));
    if (!latest.candidates.some(({ name }) => name === race)) throw error;
    throw new PitwallError(
      'usage.invalid',
      `There is no race ${race}; of the last race it is a candidate: write latest:${race}.`,
    );
  }
};

const findSide = (race: RaceResult, name: string): Side => {
  const candidate = race.candidates.find((one) => one.name === name);
  if (candidate !== undefined) return { race, candidate };
  const names = race.candidates.map((one) => one.name).join(', ');
  throw new PitwallError('usage.invalid', `The race ${race.id} has no candidate ${name}; it has ${names}.`);
};

const testAll = (condition: FailIf, { changes }: Changes) => {
  const own = changes.filter(({ metric }) => metric === condition.metric);
  if (own.length === 0)
    return [{ condition: condition.text, answer: 'withheld', text: `${condition.text}: not measured on both sides` }];
  return own.map((change) => {
    const answer = testFailIf(condition, change);
    return { condition: condition.text, answer, text: `${change.after}: ${condition.text}: ${answerWords[answer]}` };
  });
};

const answerWords = {
  holds: 'no',
  fails: 'YES, and the whole interval shows it',
  'not-shown': 'perhaps, but the interval does not show it',
  withheld: 'no verdict, the gates of the race are closed',
} as const;
