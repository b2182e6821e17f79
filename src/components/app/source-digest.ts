import { createHash } from 'node:crypto';
import { existsSync, lstatSync, readdirSync, readlinkSync, realpathSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { PitwallError } from '../../base/index.ts';
import { readRegularFile } from '../../files/index.ts';
import type { Candidate } from '../../plan/index.ts';
import { type IgnoreRules, parseIgnoreRules } from './ignore-rules.ts';

/** What building and running leave behind, and installing brings again: never copied. */
const alwaysLeft = new Set(['node_modules', '.venv', '__pycache__', '.git', '.ruff_cache']);
/** What builds leave behind, where no ignore file of the app's says it. */
const usuallyGenerated = new Set(['target', 'dist']);
/** Settings of the developer's own machine, and the secrets of it; examples of them are none. */
const ownSettings = /^\.env(?!.*\b(example|sample|template|dist|defaults?)$)(\..*)?$/;

/** What is copied of an app's folder, and what is not; paths are relative and sorted. */
export interface Sources {
  readonly files: readonly string[];
  /** Links to nowhere, which are copied as they are. */
  readonly brokenLinks: readonly string[];
  /** Files and folders that stay behind, but for those that never matter (node_modules and the like). */
  readonly left: readonly string[];
}

/**
 * The sources below a folder. The app's ignore files decide (each .gitignore, or the .dockerignore of an app without one); settings of the developer
 * (`.env`) and Python's virtual environments stay behind too. Links are followed, but not into a folder that they lie in.
 * @param copy what is copied all the same: files and folders, relative
 * @throws PitwallError `candidate.invalid` for what is neither a file nor a folder, and for a path of `copy` that is not there.
 */
export const findSources = (folder: string, copy: readonly string[] = []): Sources => {
  const found = { files: new Set<string>(), brokenLinks: new Set<string>(), left: new Set<string>() };
  const dockerignore = join(folder, '.dockerignore');
  const hasOwnRules = existsSync(join(folder, '.gitignore')) || existsSync(dockerignore);
  const first = existsSync(join(folder, '.gitignore')) ? [] : readRules(folder, dockerignore);
  walk({ root: folder, found, hasOwnRules, takesAll: false }, folder, { around: [], rules: first });
  for (const path of copy) {
    const full = join(folder, path);
    if (!existsSync(full)) throw new PitwallError('candidate.invalid', `copy: ${full} is not there.`);
    const all = { root: folder, found, hasOwnRules, takesAll: true };
    if (statSync(full).isDirectory()) walk(all, full, { around: [], rules: [] });
    else found.files.add(path);
    found.left.delete(path);
  }
  return {
    files: [...found.files].sort(),
    brokenLinks: [...found.brokenLinks].sort(),
    left: [...found.left].sort(),
  };
};

/** The files alone. */
export const sourceFiles = (folder: string, copy?: readonly string[]): readonly string[] =>
  findSources(folder, copy).files;

interface Walk {
  readonly root: string;
  readonly found: { readonly [K in keyof Sources]: Set<string> };
  /** Whether the app says itself what is generated. */
  readonly hasOwnRules: boolean;
  /** Everything was asked for by name. */
  readonly takesAll: boolean;
}

interface Place {
  /** The folders around it, links resolved. */
  readonly around: readonly string[];
  /** From the outermost ignore file to the innermost. */
  readonly rules: readonly { readonly folder: string; readonly isIgnored: IgnoreRules }[];
}

const walk = (all: Walk, below: string, { around, rules: outer }: Place): void => {
  const real = realpathSync(below);
  if (around.includes(real)) return;
  const rules = [...outer, ...readRules(below, join(below, '.gitignore'))];
  for (const name of readdirSync(below)) {
    const path = join(below, name);
    const place = relative(all.root, path);
    if (!all.takesAll && (alwaysLeft.has(name) || isOfPitwall(all.root, path))) continue;
    const stat = statSync(path, { throwIfNoEntry: false });
    const isFolder = stat?.isDirectory() === true;
    if (!all.takesAll && staysBehind(all, path, { name, isFolder, rules })) all.found.left.add(place);
    else if (isFolder) walk(all, path, { around: [...around, real], rules });
    else if (stat?.isFile()) all.found.files.add(place);
    else if (stat === undefined && lstatSync(path).isSymbolicLink()) all.found.brokenLinks.add(place);
    else throw new PitwallError('candidate.invalid', `${path} is neither a file nor a folder.`);
  }
};

/** A plan beside the app, and the results of its races, change nothing of the app. */
const isOfPitwall = (root: string, path: string): boolean =>
  path === join(root, 'pitwall.yaml') || existsSync(join(path, 'journal.jsonl'));

const staysBehind = (
  { hasOwnRules }: Walk,
  path: string,
  { name, isFolder, rules }: { readonly name: string; readonly isFolder: boolean; readonly rules: Place['rules'] },
): boolean => {
  if (ownSettings.test(name)) return true;
  if (isFolder && existsSync(join(path, 'pyvenv.cfg'))) return true;
  if (!hasOwnRules && usuallyGenerated.has(name)) return true;
  const said = rules.map(({ folder, isIgnored }) => isIgnored(relative(folder, path), isFolder));
  return said.findLast((answer) => answer !== undefined) ?? false;
};

const mostRulesBytes = 2 ** 20;

const readRules = (folder: string, file: string): Place['rules'] =>
  existsSync(file)
    ? [{ folder, isIgnored: parseIgnoreRules(readRegularFile(file, mostRulesBytes).toString('utf8')) }]
    : [];

const mostFileBytes = 2 ** 30;

/** SHA-256 of all that a candidate is built from. */
export const digestSources = ({ folder, copy, patch, prepare, isInline }: Candidate): string => {
  const parts = [digestFolder(folder, copy)];
  if (patch !== undefined) parts.push(patch.digest);
  // The commands of a candidate.yaml are in its folder.
  if (isInline) parts.push(JSON.stringify(prepare));
  return parts.length === 1 ? parts[0]! : createHash('sha256').update(parts.join('\0')).digest('hex');
};

/** SHA-256 over names, modes and contents: the same digest means the same build. */
export const digestFolder = (folder: string, copy?: readonly string[]): string => {
  const hash = createHash('sha256');
  const { files, brokenLinks } = findSources(folder, copy);
  for (const file of files) {
    const path = join(folder, file);
    hash
      .update(`${file}\0${statSync(path).mode & 0o111 ? 'x' : '-'}\0`)
      .update(readRegularFile(path, mostFileBytes))
      .update('\0');
  }
  for (const link of brokenLinks) hash.update(`${link}\0->\0${readlinkSync(join(folder, link))}\0`);
  return hash.digest('hex');
};
