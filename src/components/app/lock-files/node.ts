import { addVersion, asList, asObject, type Versions } from './versions.ts';

/** package-lock.json and npm-shrinkwrap.json: `packages` by folder, or `dependencies` by name (version 1). */
export const parsePackageLock = (text: string): Versions => {
  const versions: Versions = new Map();
  const lock = asObject<'packages' | 'dependencies'>(JSON.parse(text));
  const folders = Object.entries(asObject(lock.packages));
  // What lies at the top is what the server itself requires; copies that others brought for themselves come after.
  const depth = ([folder]: readonly [string, unknown]): number => folder.split('node_modules/').length;
  for (const [folder, entry] of folders.sort((a, b) => depth(a) - depth(b))) {
    const at = folder.lastIndexOf('node_modules/');
    if (at >= 0) addVersion(versions, folder.slice(at + 'node_modules/'.length), asObject<'version'>(entry).version);
  }
  for (const [name, entry] of Object.entries(asObject(lock.dependencies))) {
    addVersion(versions, name, asObject<'version'>(entry).version);
  }
  return versions;
};

const dependencyKinds: ReadonlySet<string> = new Set(['dependencies', 'optionalDependencies', 'devDependencies']);

/**
 * pnpm-lock.yaml: keys are `/pg/8.11.3` (5), `/pg@8.11.3` (6) or `pg@8.11.3` (9), with peers in parentheses or behind
 * `_`. Read by its lines, which pnpm writes with two blanks a level: a parser of all of YAML takes seconds for the lock
 * file of a monorepo, and braces without end are the death of it.
 */
export const parsePnpmLock = (text: string): Versions => {
  // What a project of the workspace asks for itself comes first.
  const asked: Versions = new Map();
  const brought: Versions = new Map();
  const path: string[] = [];
  for (const line of text.split('\n')) {
    const [, blanks = '', quoted, plain, value = ''] = /^( *)(?:'([^']*)'|([^\s'#:]+)):(?: (.*))?$/.exec(line) ?? [];
    const key = quoted ?? plain;
    const level = blanks.length / 2;
    if (key === undefined || level > path.length) continue;
    path.length = level;
    path.push(key);
    const [parent = '', grandparent = ''] = [path[level - 1], path[level - 2]];
    if (level === 1 && parent === 'packages') {
      const [, name, version] = /^\/?((?:@[^/@]+\/)?[^/@]+)[/@](\d.*)$/.exec(key) ?? [];
      addVersion(brought, name, version === undefined ? '' : withoutPeers(version));
    } else if (/^\d/.test(value)) {
      if (key === 'version' && dependencyKinds.has(grandparent)) addVersion(asked, parent, withoutPeers(value));
      if (level === 1 && dependencyKinds.has(parent)) addVersion(asked, key, withoutPeers(value));
    }
  }
  for (const [name, version] of brought) addVersion(asked, name, version);
  return asked;
};

const withoutPeers = (version: string): string => version.replace(/[(_].*$/s, '');

/** yarn.lock: `pg@^8.11.3, pg@^8.4.0:` and below it `version "8.11.3"`; since Yarn 2 `"pg@npm:^8.11.3":` and `version: 8.11.3`. */
export const parseYarnLock = (text: string): Versions => {
  const versions: Versions = new Map();
  let names: readonly string[] = [];
  for (const line of text.split('\n')) {
    if (/^[^\s#].*:\s*$/.test(line)) {
      const descriptors = line.trimEnd().slice(0, -1).replaceAll('"', '').split(', ');
      names = descriptors.filter((descriptor) => descriptor.includes('@')).map(nameOfDescriptor);
    }
    const version = /^ {2}version:? "?([^"\s]+)"?\s*$/.exec(line)?.[1];
    // A workspace itself has a version that says nothing.
    if (version === undefined || version === '0.0.0-use.local') continue;
    for (const name of names) addVersion(versions, name, version);
  }
  return versions;
};

/** `pg` of `pg@^8.11.3`, `@types/pg` of `@types/pg@npm:^8`. */
const nameOfDescriptor = (descriptor: string): string => {
  const at = descriptor.indexOf('@', 1);
  return at < 0 ? descriptor : descriptor.slice(0, at);
};

/** bun.lock: JSON with commas behind the last items; `packages` holds `["pg@8.13.0", ...]` by name or path. */
export const parseBunLock = (text: string): Versions => {
  const versions: Versions = new Map();
  // A string is kept as it is; a comma before a closing bracket goes.
  const json = text.replace(
    /("[^"\\]*(?:\\[\s\S]?[^"\\]*)*(?:"|$))|,(?=\s*[}\]])/g,
    (_, string?: string) => string ?? '',
  );
  for (const entry of Object.values(asObject(asObject<'packages'>(JSON.parse(json)).packages))) {
    const [resolved] = asList(entry);
    if (typeof resolved !== 'string') continue;
    const name = nameOfDescriptor(resolved);
    const version = resolved.slice(name.length + 1);
    if (/^\d/.test(version)) addVersion(versions, name, version);
  }
  return versions;
};
