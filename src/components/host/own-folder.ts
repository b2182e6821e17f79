import { lstatSync, realpathSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

const othersMayWrite = 0o022;
const sticky = 0o1000;

/** Whether `path` itself (no link to elsewhere) is a folder of this user's. */
export const isOwnFolder = (path: string): boolean => {
  try {
    const stat = lstatSync(path);
    return stat.isDirectory() && stat.uid === process.getuid?.();
  } catch {
    return false;
  }
};

/**
 * Whether what a folder holds can come from nobody but this user: only this user writes into it, and nobody else could have put
 * it where it is. Above it everything belongs to this user or to root, and others write there only where they cannot take away
 * what is not theirs (the sticky bit, as on /tmp).
 */
export const isOwnAlone = (path: string): boolean => {
  try {
    if (!isOwnFolder(path) || lstatSync(path).mode & othersMayWrite) return false;
    for (let folder = realpathSync(dirname(path)); ; folder = dirname(folder)) {
      const { uid, mode } = statSync(folder);
      if (uid !== 0 && uid !== process.getuid?.()) return false;
      if (mode & othersMayWrite && !(mode & sticky)) return false;
      if (folder === dirname(folder)) return true;
    }
  } catch {
    return false;
  }
};
