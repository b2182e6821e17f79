import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';

/** What building and running leave behind: neither copied nor part of the digest. */
const generated = new Set(['node_modules', 'target', '.venv', '__pycache__', 'dist', '.git', '.ruff_cache']);

/** The source files below a folder, relative and sorted. */
export const sourceFiles = (folder: string, below: string = folder): readonly string[] =>
  readdirSync(below, { withFileTypes: true })
    .filter((entry) => !generated.has(entry.name))
    .flatMap((entry) => {
      const path = join(below, entry.name);
      return entry.isDirectory() ? sourceFiles(folder, path) : [relative(folder, path)];
    })
    .sort();

/** SHA-256 over names, modes and contents: the same digest means the same build. */
export const digestFolder = (folder: string): string => {
  const hash = createHash('sha256');
  for (const file of sourceFiles(folder)) {
    const path = join(folder, file);
    hash
      .update(`${file}\0${statSync(path).mode & 0o111 ? 'x' : '-'}\0`)
      .update(readFileSync(path))
      .update('\0');
  }
  return hash.digest('hex');
};
