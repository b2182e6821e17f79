import { closeSync, openSync, writeSync } from 'node:fs';
import { describeThrown, PitwallError } from '../../base/index.ts';
import { type AnswerRow, csvFormat, type LoadJob } from '../../load/index.ts';
import type { Io } from '../terminal/io.ts';

export interface RowWriter {
  take(row: AnswerRow): void;
  /** Writes what is left. @throws PitwallError `load.failed` where a row could not be written. */
  close(): void;
}

/** So much text is written at a time; more is never held. */
const chunkCharacters = 64 * 1024;

/** Writes a row for each answer as it comes, to a file or to stdout. @throws PitwallError `load.invalid` */
export const openRowWriter = (job: LoadJob, path: string | undefined, io: Io): RowWriter => {
  if (job.workers > 1)
    throw new PitwallError('load.invalid', 'A row for each answer (--format csv) needs --workers 1.');
  const { header, formatRow } = csvFormat(job);
  const file = path === undefined ? undefined : openSync(path, 'w');
  let text = header;
  let failure: unknown;
  const flush = (): void => {
    // The load goes on where the disk is full: its end says so.
    try {
      if (file === undefined) io.stdout(text);
      else if (failure === undefined) writeAll(file, text);
    } catch (error) {
      failure = error;
    }
    text = '';
  };
  return {
    take: (row) => {
      text += formatRow(row);
      if (text.length >= chunkCharacters) flush();
    },
    close: () => {
      flush();
      if (file !== undefined) closeSync(file);
      if (failure !== undefined) {
        throw new PitwallError('load.failed', `${path} can't be written: ${describeThrown(failure)}`, {
          cause: failure,
        });
      }
    },
  };
};

const writeAll = (file: number, text: string): void => {
  const bytes = Buffer.from(text);
  for (let from = 0; from < bytes.length; ) from += writeSync(file, bytes, from);
};
