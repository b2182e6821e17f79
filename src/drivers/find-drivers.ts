import { drivers } from './drivers.ts';
import type { DriverEntry, Ecosystem } from './entry.ts';

/** Words for a language, as candidate files have them. */
const languages: Readonly<Record<Ecosystem, readonly string[]>> = {
  python: ['python', 'py'],
  rust: ['rust'],
  node: ['typescript', 'javascript', 'ts', 'js', 'node', 'nodejs', 'bun', 'deno'],
  go: ['go', 'golang'],
  jvm: ['java', 'kotlin', 'scala', 'groovy', 'clojure', 'jvm'],
  dotnet: ['c#', 'csharp', 'f#', 'fsharp', 'vb', 'dotnet', '.net'],
  ruby: ['ruby'],
};

const ecosystems = Object.keys(languages) as readonly Ecosystem[];

/**
 * The ORM, the pool and the driver that packages of a language name, from the top down. None where the language is not
 * known and a name means something in more than one.
 */
export const findDrivers = (language: string, packages: readonly string[]): readonly DriverEntry[] => {
  const own = findEcosystem(language);
  if (own !== undefined) return driversIn(own, packages);
  const possible = ecosystems.map((ecosystem) => driversIn(ecosystem, packages)).filter((found) => found.length > 0);
  return possible.length === 1 ? possible[0]! : [];
};

/** Packages whose versions tell the driver of a candidate in this language. */
export const driverPackages = (language: string): readonly string[] => {
  const own = findEcosystem(language);
  return own === undefined
    ? []
    : drivers[own].flatMap(({ packages }) => packages.filter((name) => !name.includes('*')));
};

const findEcosystem = (language: string): Ecosystem | undefined =>
  ecosystems.find((ecosystem) => languages[ecosystem].includes(language.trim().toLowerCase()));

const layers: readonly DriverEntry['layer'][] = ['orm', 'pool', 'driver'];

const driversIn = (ecosystem: Ecosystem, packages: readonly string[]): readonly DriverEntry[] =>
  drivers[ecosystem]
    .filter((entry) => entry.packages.some((known) => packages.some((name) => isPackage(known, name))))
    .sort((a, b) => layers.indexOf(a.layer) - layers.indexOf(b.layer));

/** Whether a name is a known package's: written in another way, or without a Maven group or a Go module's host. */
const isPackage = (known: string, name: string): boolean => {
  const [wanted, given] = [spell(known), spell(name)];
  if (wanted.endsWith('/*')) return given.startsWith(wanted.slice(0, -1));
  if (wanted === given) return true;
  if (wanted.startsWith('@')) return false;
  return wanted.endsWith(`:${given}`) || (wanted.includes('.') && wanted.endsWith(`/${given}`));
};

const spell = (name: string): string => name.toLowerCase().replace(/[-_]+/g, '-');
