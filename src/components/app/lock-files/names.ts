import type { Versions } from './versions.ts';

/**
 * Adds the other names that packages go by: Python's and NuGet's spell case, `-`, `_` and `.` as they like, a Maven
 * artifact is known without its group, and a Go module by its last word (`pgx` is `github.com/jackc/pgx/v5`). What the
 * file itself has under a name stands.
 */
export const withShortNames = (versions: Versions): Versions => {
  const named: Versions = new Map(versions);
  const add = (name: string, version: string): void => {
    if (!named.has(name)) named.set(name, version);
  };
  for (const [name, version] of versions) add(relaxName(name), version);
  for (const [name, version] of versions) {
    add(relaxName(name.replace(/\/v\d+$/, '')), version);
    add(relaxName(shortenName(name)), version);
  }
  return named;
};

/** The version under a name, or under a name that differs in its spelling only. */
export const findVersion = (named: Versions, name: string): string | undefined =>
  named.get(name) ?? named.get(relaxName(name));

const relaxName = (name: string): string => name.toLowerCase().replace(/[-_.]+/g, '-');

const shortenName = (name: string): string => {
  // npm's scopes are part of the name: @prisma/client is not `client`.
  if (name.startsWith('@')) return name;
  const [last = '', before = ''] = name.split(/[:/]/).reverse();
  return /^v\d+$/.test(last) ? before : last;
};
