import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { expectedRoundTrips, loadCandidate } from '../../src/plan/index.ts';
import { unpinned } from './lock-files.ts';
import { readStatements } from './statements.ts';

const candidatesFolder = join(import.meta.dirname, '../../candidates');
const names = readdirSync(candidatesFolder, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => entry.name);
const load = (name: string) => loadCandidate(join(candidatesFolder, name));
const read = (name: string, file: string): string => readFileSync(join(candidatesFolder, name, file), 'utf8');

const lockFiles: Readonly<Record<string, string>> = {
  python: 'requirements.lock',
  rust: 'Cargo.lock',
  typescript: 'package-lock.json',
};

describe.each(names)('the candidate %s', (name) => {
  test('has a valid candidate.yaml, named as its folder', async () => {
    expect((await load(name)).name).toBe(name);
  });

  test('pins all that it is built from, by content and from no registry in particular', async () => {
    const lockFile = lockFiles[(await load(name)).language]!;
    expect(unpinned(lockFile, read(name, lockFile))).toEqual([]);
  });

  test('shows versions of packages that its lock file has', async () => {
    const { language, versions } = await load(name);
    const lock = read(name, lockFiles[language]!);
    expect(versions.length).toBeGreaterThan(0);
    for (const version of versions) expect(lock).toMatch(new RegExp(`(^|"|/)${version}("|==)`, 'm'));
  });

  test('names the commands that its preparation and its start take from the PATH', async () => {
    const { prepare, start, requires } = await load(name);
    for (const [command] of [...prepare, start.command]) {
      if (!command!.startsWith('./')) expect(requires).toContain(command);
    }
  });

  test('says what a request costs in round trips', async () => {
    const candidate = await load(name);
    for (const isPooled of [true, false]) expect(expectedRoundTrips(candidate, { isPooled })).toBeGreaterThan(0);
  });

  test('says what differs when it is a variant, and of which candidate', async () => {
    const { variantOf, differs } = await load(name);
    expect(differs.length > 0).toBe(variantOf !== undefined);
    if (variantOf !== undefined) expect(names).toContain(variantOf);
  });
});

describe('the statements', () => {
  const originals = {
    'axum-bb8': 'src/statements.rs',
    'django-psycopg': 'statements.py',
    'fastify-pg': 'src/statements.ts',
    'starlette-asyncpg': 'statements.py',
  };

  test('are nine in axum-bb8', () => {
    expect(Object.keys(readStatements(read('axum-bb8', originals['axum-bb8'])))).toHaveLength(9);
  });

  test.each(Object.entries(originals))('of %s are the same as the others’', (name, file) => {
    const { settimezone, ...expected } = readStatements(read('axum-bb8', originals['axum-bb8']));
    // Django sends its own statement to set the time zone.
    expect(readStatements(read(name, file))).toEqual(
      name === 'django-psycopg' ? expected : { settimezone, ...expected },
    );
  });
});

describe('a variant', () => {
  // A candidate is copied and built as a folder of its own, so variants hold copies of what they have in common.
  test.each([
    {
      variant: 'axum-tuned',
      of: 'axum-bb8',
      files: ['document.rs', 'refusal.rs', 'rows.rs', 'statements.rs'],
      folder: 'src',
    },
    { variant: 'axum-one-statement', of: 'axum-tuned', files: ['database.rs', 'refusal.rs'], folder: 'src' },
    { variant: 'django-tuned', of: 'django-psycopg', files: ['document.py', 'statements.py', 'urls.py'], folder: '.' },
    { variant: 'fastify-postgres', of: 'fastify-pg', files: ['document.ts'], folder: 'src' },
  ])('of $of, $variant, differs in nothing else', ({ variant, of, files, folder }) => {
    for (const file of files) expect(read(variant, join(folder, file))).toBe(read(of, join(folder, file)));
  });
});
