import { createHash } from 'node:crypto';
import { closeSync, constants, fstatSync, mkdirSync, openSync, readSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * The content of a regular file of at most so many bytes. A pipe or a device is refused: reading one can wait for ever, or never end.
 * @throws Error with the path and the reason.
 */
export const readRegularFile = (file: string, mostBytes: number): Buffer => {
  // A pipe without a writer would keep a plain open waiting.
  const fd = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const stat = fstatSync(fd);
    if (!stat.isFile()) throw new Error(`${file} is no regular file`);
    const tooLong = () => new Error(`${file} is longer than ${formatBytes(mostBytes)}`);
    if (stat.size > mostBytes) throw tooLong();
    // Files of /proc have no size, and a file can grow while it is read.
    const chunks: Buffer[] = [];
    for (let bytes = 0; ; ) {
      const chunk = Buffer.allocUnsafe(Math.max(4_096, Math.min(stat.size - bytes + 1, 2 ** 20)));
      const length = readSync(fd, chunk);
      if (length === 0) return Buffer.concat(chunks, bytes);
      bytes += length;
      if (bytes > mostBytes) throw tooLong();
      chunks.push(chunk.subarray(0, length));
    }
  } finally {
    closeSync(fd);
  }
};

/** SHA-256 of a regular file of any size, hexadecimal. */
export const digestFile = (file: string): string => {
  const fd = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    if (!fstatSync(fd).isFile()) throw new Error(`${file} is no regular file`);
    const hash = createHash('sha256');
    const chunk = Buffer.allocUnsafe(2 ** 20);
    for (let length = readSync(fd, chunk); length > 0; length = readSync(fd, chunk)) {
      hash.update(chunk.subarray(0, length));
    }
    return hash.digest('hex');
  } finally {
    closeSync(fd);
  }
};

/** Makes a folder and those above it. Node's own recursive mkdir never returns where the kernel says that a folder which is there is not (/proc). */
export const makeFolders = (folder: string): void => {
  if (isFolder(folder)) return;
  const parent = dirname(folder);
  if (parent !== folder) makeFolders(parent);
  try {
    mkdirSync(folder);
  } catch (error) {
    // Another process may have been faster.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST' || !isFolder(folder)) throw error;
  }
};

const isFolder = (folder: string): boolean => statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true;

const formatBytes = (bytes: number): string =>
  bytes >= 2 ** 20 ? `${Math.floor(bytes / 2 ** 20)} MiB` : `${Math.floor(bytes / 1_024)} KiB`;
