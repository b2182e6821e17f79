import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { repository } from './support/race-folder.ts';

interface Lock {
  readonly packages: Readonly<Record<string, { optionalDependencies?: Record<string, string>; resolved?: string }>>;
}

const lock = JSON.parse(readFileSync(join(repository, 'package-lock.json'), 'utf8')) as Lock;

test('the lock file has every optional package of every platform, or npm ci refuses it (scripts/complete-lock.mjs)', () => {
  const missing = Object.entries(lock.packages).flatMap(([path, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies).filter(
      (name) => !(`${path}/node_modules/${name}` in lock.packages || `node_modules/${name}` in lock.packages),
    ),
  );
  expect(missing).toEqual([]);
});

test('the lock file names no registry', () => {
  expect(Object.values(lock.packages).filter(({ resolved }) => resolved?.startsWith('http'))).toEqual([]);
});

test('every dependency is named in docs/dependencies.md with what it is for', () => {
  const manifest = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8'));
  const text = readFileSync(join(repository, 'docs', 'dependencies.md'), 'utf8');
  const names = Object.keys({ ...manifest.dependencies, ...manifest.devDependencies });
  expect(names.filter((name) => !text.includes(name.replace('@biomejs/', '')))).toEqual([]);
});
