import { readdirSync, statSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { readRegularFile } from '../../files/index.ts';

/** An application's folder, read within bounds: it is somebody's, and may hold anything. */
export interface AppFolder {
  /** Absolute. */
  readonly path: string;
  readonly name: string;
  /** Paths of its files, relative and sorted; not those of packages, builds and tests. */
  readonly files: readonly string[];
  has(path: string): boolean;
  /** Empty where there is no such file, or it is too large. */
  read(path: string): string;
  /** The files whose path fits. */
  find(pattern: RegExp): readonly AppFile[];
}

export interface AppFile {
  readonly path: string;
  readonly text: string;
}

const mostBytes = 2 ** 20;
const mostFiles = 5_000;
const deepest = 8;
const skipped =
  /^(node_modules|vendor|venv|target|dist|build|coverage|tests?|specs?|__tests__|__pycache__|e2e|candidates|\.(?!env)[^/]*)$/;

export const openAppFolder = (path: string): AppFolder => {
  const root = resolve(path);
  const files = listFiles(root);
  const texts = new Map<string, string>();
  const read = (file: string): string => {
    const known = texts.get(file);
    if (known !== undefined) return known;
    const text = tryToRead(join(root, file));
    texts.set(file, text);
    return text;
  };
  return {
    path: root,
    name: basename(root),
    files,
    has: (file) => statSync(join(root, file), { throwIfNoEntry: false })?.isFile() === true,
    read,
    find: (pattern) => files.filter((file) => pattern.test(file)).map((file) => ({ path: file, text: read(file) })),
  };
};

const tryToRead = (path: string): string => {
  try {
    return readRegularFile(path, mostBytes).toString('utf8');
  } catch {
    return '';
  }
};

const listFiles = (root: string): readonly string[] => {
  const found: string[] = [];
  const visit = (below: string, depth: number): void => {
    for (const entry of tryToList(join(root, below))) {
      if (found.length >= mostFiles) return;
      const path = below === '' ? entry.name : `${below}/${entry.name}`;
      if (entry.isFile()) found.push(path);
      else if (entry.isDirectory() && depth < deepest && !skipped.test(entry.name)) visit(path, depth + 1);
    }
  };
  visit('', 0);
  return found.sort();
};

const tryToList = (path: string) => {
  try {
    return readdirSync(path, { withFileTypes: true });
  } catch {
    return [];
  }
};
