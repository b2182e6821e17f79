import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Tests, histories and maps say nothing about what a package has; a compiled module (psycopg2's) has its names as text. */
const notSource = /^(tests?|CHANGELOG.*|README.*|METADATA|.*_test\.go|.*\.(map|class))$/i;

/** Whether a source file below a folder has a name as a word of its own. */
export const containsName = (folder: string, name: string): boolean => {
  const word = new RegExp(`(?<!\\w)${name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}(?!\\w)`);
  const isIn = (path: string): boolean =>
    statSync(path).isDirectory()
      ? readdirSync(path).some((entry) => !notSource.test(entry) && isIn(join(path, entry)))
      : word.test(readFileSync(path, 'latin1'));
  return isIn(folder);
};
