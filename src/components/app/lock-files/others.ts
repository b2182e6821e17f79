import { addVersion, asList, asObject, type Versions } from './versions.ts';

/** Gemfile.lock: `    pg (1.5.6)` below `specs:`, with the platform behind a hyphen where a gem has one. */
export const parseGemfileLock = (text: string): Versions => {
  const versions: Versions = new Map();
  for (const [, name, version] of text.matchAll(/^ {4}([\w.-]+) \(([^\s)-]+)(?:-[^)\n]*)?\)$/gm)) {
    addVersion(versions, name, version);
  }
  return versions;
};

/** composer.lock: `packages` and `packages-dev` with `name` and `version`. */
export const parseComposerLock = (text: string): Versions => {
  const versions: Versions = new Map();
  const lock = asObject<'packages' | 'packages-dev'>(JSON.parse(text));
  for (const entry of [...asList(lock.packages), ...asList(lock['packages-dev'])]) {
    const { name, version } = asObject<'name' | 'version'>(entry);
    if (typeof version === 'string') addVersion(versions, name, version.replace(/^v(?=\d)/, ''));
  }
  return versions;
};

/** mix.lock: `"postgrex": {:hex, :postgrex, "0.17.5", ...}`. */
export const parseMixLock = (text: string): Versions => {
  const versions: Versions = new Map();
  for (const [, name, version] of text.matchAll(/^[ \t]*"([\w.-]+)": *\{:hex, *:[\w"]+, *"([^"\n]+)"/gm)) {
    addVersion(versions, name, version);
  }
  return versions;
};
