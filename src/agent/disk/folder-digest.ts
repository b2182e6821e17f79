import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';

/** SHA-256 over the names, modes and contents of these files of a folder, whatever order they are given in: both ends agree on it. */
export const digestFiles = async (folder: string, files: readonly string[]): Promise<string> => {
  const hash = createHash('sha256');
  for (const file of [...files].sort()) {
    const path = join(folder, file);
    const { mode, size } = await stat(path);
    hash.update(`${file}\0${mode & 0o111 ? 'x' : '-'}\0${size}\0`);
    for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  }
  return hash.digest('hex');
};
