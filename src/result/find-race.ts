import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { PitwallError } from '../base/index.ts';
import { assembleResult } from './assemble.ts';
import { journalFile, readJournal } from './journal.ts';
import type { RaceResult } from './schema/race.ts';

const isRace = (folder: string): boolean => existsSync(join(folder, journalFile));

/** The folders of the races in a results folder, the oldest first (names begin with the time). */
export const raceFolders = (resultsFolder: string): readonly string[] =>
  !existsSync(resultsFolder)
    ? []
    : readdirSync(resultsFolder)
        .map((name) => join(resultsFolder, name))
        .filter(isRace)
        .sort();

/**
 * The folder that a user means by `race`: its path, its name in the results folder or a part of that which fits only one,
 * or `latest`.
 * @throws PitwallError `result.not-found`.
 */
export const findRace = (resultsFolder: string, race: string): string => {
  if (isRace(race)) return race;
  const folders = raceFolders(resultsFolder);
  if (race === 'latest' && folders.length > 0) return folders.at(-1)!;
  const exact = folders.find((folder) => folder === join(resultsFolder, race));
  const fitting = exact === undefined ? folders.filter((folder) => folder.includes(race)) : [exact];
  if (fitting.length === 1) return fitting[0]!;
  throw new PitwallError(
    'result.not-found',
    fitting.length === 0
      ? `There is no race ${race}, neither as a path nor in ${resultsFolder}.`
      : `${race} fits ${fitting.length} races in ${resultsFolder}: ${fitting.slice(-3).join(', ')}.`,
  );
};

/** The result of a race from its journal, so that one that was killed has a result too. */
export const readRace = (folder: string): RaceResult => assembleResult(readJournal(folder).records);
