import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { PitwallError } from '../base/index.ts';
import { type JournalRecord, journalRecordSchema, type RaceResult, raceResultSchema, resultVersion } from './schema.ts';

const journalFile = 'journal.jsonl';
const resultFile = 'race.json';

/** The growing record of a race, one JSON object a line, on disk before the next round begins. */
export interface Journal extends Disposable {
  readonly folder: string;
  /** @throws PitwallError `result.unwritable`; what was written before stays whole. */
  append(record: JournalRecord): void;
  /** Everything appended so far. */
  readonly records: readonly JournalRecord[];
}

/** Makes the folder of a race and opens its journal. */
export const createJournal = (folder: string): Journal => {
  const file = join(folder, journalFile);
  let fd: number;
  try {
    mkdirSync(folder, { recursive: true });
    fd = openSync(file, 'ax');
  } catch (cause) {
    throw new PitwallError('result.unwritable', `${file} cannot be created.`, { cause });
  }
  const records: JournalRecord[] = [];
  return {
    folder,
    records,
    append(record) {
      try {
        writeSync(fd, `${JSON.stringify(record)}\n`);
        fsyncSync(fd);
      } catch (cause) {
        throw new PitwallError('result.unwritable', `${file} cannot be written.`, { cause });
      }
      records.push(record);
    },
    [Symbol.dispose]: () => closeSync(fd),
  };
};

/** A journal read back; `torn` is the text of a last line that a crash cut short. */
export interface ReadJournal {
  readonly records: readonly JournalRecord[];
  readonly torn: string | undefined;
}

/** @throws PitwallError `result.not-found`, or `result.invalid` with the line. */
export const readJournal = (folder: string): ReadJournal => {
  const file = join(folder, journalFile);
  return parseJournal(readText(file), file);
};

/** The pure part of `readJournal`. */
const parseJournal = (text: string, file: string): ReadJournal => {
  const lines = text.split('\n');
  const last = lines.pop();
  const records = lines.map((line, index) => parseLine(line, `${file}:${index + 1}`));
  return { records, torn: last === '' ? undefined : last };
};

const parseLine = (line: string, where: string): JournalRecord => {
  const parsed = journalRecordSchema.safeParse(parseJson(line));
  if (parsed.success) return parsed.data as JournalRecord;
  throw new PitwallError(
    'result.invalid',
    `${where}: not a record of journal version ${resultVersion}: ${parsed.error.issues[0]?.message}.`,
  );
};

/** Writes race.json beside the journal: whole or not at all. */
export const writeResult = (folder: string, result: RaceResult): void => {
  const file = join(folder, resultFile);
  try {
    writeFileSync(`${file}.partial`, `${JSON.stringify(result, null, 2)}\n`);
    renameSync(`${file}.partial`, file);
  } catch (cause) {
    throw new PitwallError('result.unwritable', `${file} cannot be written.`, { cause });
  }
};

/** @throws PitwallError `result.not-found` or `result.invalid`. */
export const readResult = (folder: string): RaceResult => {
  const file = join(folder, resultFile);
  const parsed = raceResultSchema.safeParse(parseJson(readText(file)));
  if (parsed.success) return parsed.data as RaceResult;
  const issue = parsed.error.issues[0];
  throw new PitwallError('result.invalid', `${file}: ${issue?.path.join('.')}: ${issue?.message}`);
};

const readText = (file: string): string => {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new PitwallError('result.not-found', `${file} cannot be read.`, { cause });
  }
};

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};
