import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { PitwallError } from '../../base/index.ts';

export interface NewAppOptions {
  /** The name of the candidate, its workload and its plan. */
  readonly name: string;
  /** Where `candidates/`, `workloads/` and `plans/` are to be. */
  readonly folder: string;
  /** The folder of templates that comes with pitwall. */
  readonly templates: string;
}

const namePattern = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;

/**
 * Writes a server, a workload and a plan that race as they are, to be changed into one's own.
 * @returns the paths of the files, relative to `folder`.
 * @throws PitwallError `usage.invalid` when the name is no name, or a file is there already: nothing is written then.
 */
export const writeNewApp = async ({ name, folder, templates }: NewAppOptions): Promise<readonly string[]> => {
  if (!namePattern.test(name)) {
    throw new PitwallError(
      'usage.invalid',
      `"${name}" is no name for a candidate: lower-case letters, digits and hyphens, a letter first.`,
    );
  }
  const files = readdirSync(templates, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => {
      const from = join(entry.parentPath, entry.name);
      return {
        path: from.slice(templates.length + 1).replaceAll('NAME', name),
        text: readFileSync(from, 'utf8').replaceAll('{{name}}', name),
      };
    })
    .sort((a, b) => (a.path < b.path ? -1 : 1));
  const taken = files.filter(({ path }) => existsSync(join(folder, path))).map(({ path }) => path);
  if (taken.length > 0) {
    throw new PitwallError(
      'usage.invalid',
      `${folder} has ${taken.join(', ')} already; nothing was written. Choose another name or folder.`,
    );
  }
  for (const { path, text } of files) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text, { flag: 'wx' });
  }
  return files.map(({ path }) => path);
};
