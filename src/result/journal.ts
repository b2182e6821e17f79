import {
  closeSync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  renameSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { PitwallError } from '../base/index.ts';
import { makeFolders, readRegularFile } from '../files/index.ts';
import { firstSum, formatLine, openLine } from './journal-line.ts';
import {
  type JournalRecord,
  journalRecordSchema,
  type RaceResult,
  raceResultSchema,
  resultVersion,
} from './schema/race.ts';
import { isVersion1, upgradeVersion1 } from './version-1.ts';

export const journalFile = 'journal.jsonl';
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
  try {
    makeFolders(dirname(folder));
    // Not recursive: on a read-only disk that would be reported as a folder that is not there.
    mkdirSync(folder);
    const fd = openSync(file, 'ax');
    // A file is not on disk before its name is.
    syncFolder(folder);
    syncFolder(dirname(folder));
    return journalOn(fd, folder, { records: [], sum: firstSum, bytes: 0 });
  } catch (cause) {
    throw new PitwallError('result.unwritable', `${file} cannot be created.`, { cause });
  }
};

/**
 * Opens the journal of a race that goes on. A last line that was cut short is dropped from the file.
 * @throws PitwallError as `readJournal` does, or `result.unwritable`.
 */
export const reopenJournal = (folder: string): { readonly journal: Journal; readonly torn: boolean } => {
  const file = join(folder, journalFile);
  const read = readJournal(folder);
  if (read.isVersion1) {
    throw new PitwallError(
      'result.invalid',
      `${file} was begun by an older pitwall (result version 1): it can be reported and compared, but not continued.`,
    );
  }
  try {
    const fd = openSync(file, 'r+');
    ftruncateSync(fd, read.bytes);
    fsyncSync(fd);
    return { journal: journalOn(fd, folder, read), torn: read.torn !== undefined };
  } catch (cause) {
    throw new PitwallError('result.unwritable', `${file} cannot be written.`, { cause });
  }
};

interface JournalState {
  readonly records: readonly JournalRecord[];
  /** The time of the last line. */
  readonly sum: string;
  /** Length of the whole lines. */
  readonly bytes: number;
}

const journalOn = (fd: number, folder: string, state: JournalState): Journal => {
  const records = [...state.records];
  let { sum, bytes } = state;
  return {
    folder,
    records,
    append(record) {
      const next = formatLine(record, sum);
      const text = Buffer.from(`${next.line}\n`);
      try {
        // A disk that is nearly full takes a part.
        for (let at = 0; at < text.length; ) at += writeSync(fd, text, at, text.length - at, bytes + at);
        fsyncSync(fd);
      } catch (cause) {
        tryTruncate(fd, bytes);
        throw new PitwallError('result.unwritable', `${join(folder, journalFile)} cannot be written.`, { cause });
      }
      records.push(record);
      bytes += text.length;
      sum = next.sum;
    },
    [Symbol.dispose]: () => closeSync(fd),
  };
};

/** A part of a line is dropped by the next reader anyway; better not to leave it. */
const tryTruncate = (fd: number, bytes: number): void => {
  try {
    ftruncateSync(fd, bytes);
  } catch {
    // The disk is gone altogether: the first error says so.
  }
};

const syncFolder = (folder: string): void => {
  const fd = openSync(folder, 'r');
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
};

/** A journal read back; `torn` is the text of a last line that a crash cut short. */
export interface ReadJournal extends JournalState {
  readonly torn: string | undefined;
  /** Written by the first version of pitwall; its records are in today's words all the same. */
  readonly isVersion1: boolean;
}

/** @throws PitwallError `result.not-found`, or `result.invalid` with the line. */
export const readJournal = (folder: string): ReadJournal => {
  const file = join(folder, journalFile);
  return parseJournal(readText(file), file);
};

/** The pure part of `readJournal`. */
const parseJournal = (text: string, file: string): ReadJournal => {
  const lines = text.split('\n');
  const rest = lines.pop()!;
  const records: JournalRecord[] = [];
  let sum = firstSum;
  let bytes = 0;
  let isOld = false;
  for (const [index, line] of lines.entries()) {
    const opened = openLine(line, sum);
    if (opened === undefined) {
      // After a power cut the last line can have its length, but not its content.
      if (index === lines.length - 1 && rest === '' && index > 0)
        return { records, sum, bytes, torn: line, isVersion1: isOld };
      throw new PitwallError(
        'result.invalid',
        `${file}:${index + 1}: the line is not as it was written (its sum does not fit).`,
      );
    }
    const record = parseJson(opened.json);
    if (index === 0) isOld = isVersion1(record);
    records.push(checkRecord(isOld ? upgradeVersion1(record) : record, `${file}:${index + 1}`));
    sum = opened.sum;
    bytes += Buffer.byteLength(line) + 1;
  }
  return { records, sum, bytes, torn: rest === '' ? undefined : rest, isVersion1: isOld };
};

const checkRecord = (record: unknown, where: string): JournalRecord => {
  const parsed = journalRecordSchema.safeParse(record);
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
export const readResult = (folder: string): RaceResult => readResultFile(join(folder, resultFile));

/** A result that was kept under any name, such as what `race --json` printed. @throws as `readResult` does. */
export const readResultFile = (file: string): RaceResult => {
  const read = parseJson(readText(file));
  const parsed = raceResultSchema.safeParse(isVersion1(read) ? upgradeVersion1(read) : read);
  if (parsed.success) return parsed.data as RaceResult;
  const issue = parsed.error.issues[0];
  throw new PitwallError('result.invalid', `${file}: ${issue?.path.join('.')}: ${issue?.message}`);
};

/** A race of a thousand blocks has some 50 MiB. */
const mostBytes = 2 ** 29 - 1;

const readText = (file: string): string => {
  try {
    return readRegularFile(file, mostBytes).toString('utf8');
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
