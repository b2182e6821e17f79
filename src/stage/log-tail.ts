import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

/** The last lines of a log file, at most 4 KiB of it; empty when there is none. */
const logTail = (file: string, lines = 12): string => {
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

/** The tail as the indented end of an error message. */
export const describeLog = (file: string): string => {
  const tail = logTail(file);
  return tail === '' ? ` Its log ${file} is empty.` : ` The end of ${file}:\n${tail.replace(/^/gm, '    | ')}`;
};
