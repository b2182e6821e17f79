import { readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parsePackagesLock, parseProject } from './dotnet.ts';
import { parseGoMod, parseGoSum } from './go.ts';
import { parseGradleBuild, parseGradleLock, parsePom } from './jvm.ts';
import { findVersion, withShortNames } from './names.ts';
import { parseBunLock, parsePackageLock, parsePnpmLock, parseYarnLock } from './node.ts';
import { parseComposerLock, parseGemfileLock, parseMixLock } from './others.ts';
import { parsePipfileLock, parsePythonLock, parseRequirements } from './python.ts';
import { parseCargoLock } from './rust.ts';
import type { Versions } from './versions.ts';

interface Format {
  readonly file: RegExp;
  /** @default 16 MiB: the lock files of large monorepos have some MB. */
  readonly maxBytes?: number;
  parse(text: string): Versions;
}

/** Written by hand, and read by a parser that takes the square of how deep elements lie in each other. */
const maxXmlBytes = 2 ** 18;

/** Lock files first, then what says less exactly what a build takes. */
const formats: readonly Format[] = [
  { file: /^(package-lock|npm-shrinkwrap)\.json$/, parse: parsePackageLock },
  { file: /^pnpm-lock\.yaml$/, parse: parsePnpmLock },
  { file: /^yarn\.lock$/, parse: parseYarnLock },
  { file: /^bun\.lock$/, parse: parseBunLock },
  { file: /^Cargo\.lock$/, parse: parseCargoLock },
  { file: /^((poetry|uv|pdm)\.lock|pylock(\.[\w-]+)?\.toml)$/, parse: parsePythonLock },
  { file: /^Pipfile\.lock$/, parse: parsePipfileLock },
  { file: /^requirements.*\.(txt|lock)$/, parse: parseRequirements },
  { file: /^(buildscript-)?gradle\.lockfile$/, parse: parseGradleLock },
  { file: /^packages\.lock\.json$/, parse: parsePackagesLock },
  { file: /^Gemfile\.lock$/, parse: parseGemfileLock },
  { file: /^composer\.lock$/, parse: parseComposerLock },
  { file: /^mix\.lock$/, parse: parseMixLock },
  { file: /^go\.mod$/, parse: parseGoMod },
  { file: /^go\.sum$/, parse: parseGoSum },
  { file: /^pom\.xml$/, maxBytes: maxXmlBytes, parse: parsePom },
  { file: /^build\.gradle(\.kts)?$/, parse: parseGradleBuild },
  { file: /^(.+\.(cs|fs|vb)proj|Directory\.Packages\.props)$/, maxBytes: maxXmlBytes, parse: parseProject },
];

/** Files that are read at most, those of the upper folders first. */
const maxFiles = 100;

/**
 * Versions of packages by the lock files among `files` (relative to `folder`), by the names that were asked for. What
 * no file names is left out, and so is a file that is too large or not in its format: a version is for the reader, and
 * no reason not to race.
 */
export const readVersions = (
  folder: string,
  files: readonly string[],
  packages: readonly string[],
): Readonly<Record<string, string>> => {
  const found: Record<string, string> = {};
  for (const { file, format } of findLockFiles(files).slice(0, maxFiles)) {
    if (packages.every((name) => Object.hasOwn(found, name))) break;
    const locked = readFile(join(folder, file), format);
    for (const name of packages) {
      const version = findVersion(locked, name);
      if (version !== undefined && !Object.hasOwn(found, name)) found[name] = version;
    }
  }
  return found;
};

/** Those of upper folders first, in a folder the more exact ones first. */
const findLockFiles = (files: readonly string[]): readonly { readonly file: string; readonly format: Format }[] =>
  files
    .flatMap((file) => {
      const rank = formats.findIndex((format) => format.file.test(basename(file)));
      return rank < 0 ? [] : [{ file, rank, format: formats[rank]! }];
    })
    .sort((a, b) => measureDepth(a.file) - measureDepth(b.file) || a.rank - b.rank);

const measureDepth = (file: string): number => file.split('/').length;

/** The versions of a file by all names that may be asked for; none where it cannot be read. */
const readFile = (path: string, { parse, maxBytes = 16 * 2 ** 20 }: Format): Versions => {
  try {
    if (statSync(path).size > maxBytes) return new Map();
    return withShortNames(parse(readFileSync(path, 'utf8')));
  } catch {
    return new Map();
  }
};
