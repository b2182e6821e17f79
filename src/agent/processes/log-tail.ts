import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

/** The last lines of a log file, at most 4 KiB of it; empty when there is none. */
export const logTail = (file: string, lines = 12): string => {
  try {
    const fd = openSync(file, 'r');
    try {
      const { size } = fstatSync(fd);
      const buffer = Buffer.alloc(Math.min(size, 4_096));
      readSync(fd, buffer, 0, buffer.length, size - buffer.length);
      return buffer.toString('utf8').trimEnd().split('\n').slice(-lines).join('\n');
    } finally {
      closeSync(fd);
    }
  } catch {
    return '';
  }
};

/** The end of a log file as the indented end of an error message. */
export const describeTail = (file: string, tail: string, isKept = true): string => {
  // A file that goes with the run's folder is no place to look.
  const [empty, title] = isKept ? [` Its log ${file} is empty.`, `The end of ${file}`] : ['', 'It said'];
  return tail === '' ? empty : ` ${title}:\n${tail.replace(/^/gm, '    | ')}`;
};

/** Reads the end too. */
export const describeLog = (file: string, isKept = true): string => describeTail(file, logTail(file), isKept);
