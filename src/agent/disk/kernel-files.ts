import { closeSync, openSync, readSync } from 'node:fs';

/** A table of ten thousand connections has 1.5 MB. */
const fileBytes = 4 * 2 ** 20;
/** All texts of one answer: below what a message may hold, even where every byte is escaped. */
const allBytes = 6 * 2 ** 20;

/**
 * The texts of many files of /proc and /sys in one go; null for one that is gone or not to be read. At once, without a thread: the
 * kernel makes them from its memory, and a turn of the thread pool costs ten times what such a read does.
 */
export const readKernelFiles = (paths: readonly string[]): readonly (string | null)[] => {
  let leftBytes = allBytes;
  return paths.map((path) => {
    const text = readKernelFile(path, Math.min(fileBytes, leftBytes));
    leftBytes -= text?.length ?? 0;
    return text;
  });
};

const chunk = Buffer.alloc(64 * 1024);

const readKernelFile = (path: string, maxBytes: number): string | null => {
  let fd: number;
  try {
    fd = openSync(path, 'r');
  } catch {
    return null;
  }
  try {
    let text = '';
    while (text.length < maxBytes) {
      const read = readSync(fd, chunk, 0, Math.min(chunk.length, maxBytes - text.length), null);
      if (read === 0) break;
      text += chunk.toString('latin1', 0, read);
    }
    return text;
  } catch {
    return null;
  } finally {
    closeSync(fd);
  }
};
