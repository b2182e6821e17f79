import { existsSync } from 'node:fs';
import { Command } from 'commander';
import { PitwallError } from '../base/index.ts';
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
import { formatChanges } from './changes.ts';
import { type FailIf, parseFailIf, testFailIf } from './fail-if.ts';
import { type CommandContext, exitCode } from './io.ts';

interface CompareFlags {
  readonly results: string;
  readonly failIf: readonly FailIf[];
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
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      "\nExamples:\n  pitwall compare 2026-01-01 latest\n  pitwall compare latest:base latest:head --fail-if 'requestsPerSecond < -5%' --fail-if 'p99Ms > 10%'\n",
    )
    .action((before: string, after: string, flags: CompareFlags) => {
      const changes = compare(flags.results, before, after);
      const answers = flags.failIf.flatMap((condition) => testAll(condition, changes));
      if (flags.json) io.stdout(`${JSON.stringify({ ...changes, conditions: answers }, null, 2)}\n`);
      else io.stdout(`${formatChanges(changes)}${answers.map(({ text }) => `${plainText(text)}\n`).join('')}`);
      if (answers.some(({ answer }) => answer === 'fails')) setExitCode(exitCode.gate);
      else if (answers.some(({ answer }) => answer === 'withheld')) setExitCode(exitCode.failed);
    });

const compare = (results: string, before: string, after: string): Changes => {
  const [old, current] = [before, after].map((text) => resolveSide(results, text));
  if (old!.candidate === undefined && current!.candidate === undefined) return compareRaces(old!.race, current!.race);
  const name = old!.candidate ?? current!.candidate!;
  return compareSides(sideOf(old!.race, old!.candidate ?? name), sideOf(current!.race, current!.candidate ?? name));
};

/** A race's name may hold colons on its path, a candidate's may not: the last colon divides them. */
const resolveSide = (results: string, text: string): { readonly race: RaceResult; readonly candidate?: string } => {
  const colon = text.lastIndexOf(':');
  if (colon < 0 || existsSync(text)) return { race: readRace(findRace(results, text)) };
  return { race: readRace(findRace(results, text.slice(0, colon))), candidate: text.slice(colon + 1) };
};

const sideOf = (race: RaceResult, name: string): Side => {
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
