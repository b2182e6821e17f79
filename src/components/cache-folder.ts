import { accessSync, chmodSync, constants, linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';
import { identify, isAlive, type ProcessIdentity } from '../agent/index.ts';
import { type Clock, createScope, PitwallError, sleepMs } from '../base/index.ts';
import { makeFolders } from '../files/index.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Where prepared candidates, database binaries and data directories are kept between races. Root's own
 * home is closed to the unprivileged user that the database runs as, so root's cache lies outside it.
 */
export const cacheFolder = (env: Environment, isRoot: boolean): string => {
  const { folder, variable } = chooseFolder(env, isRoot);
  try {
    makeFolders(folder);
    accessSync(folder, constants.W_OK | constants.X_OK);
    if (isRoot) chmodSync(folder, 0o755);
    return folder;
  } catch (cause) {
    throw new PitwallError('stage.unusable-folder', `The cache ${folder} cannot be used (${variable}).`, { cause });
  }
};

/** Absolute in any case: processes with other working folders are told of it. */
const chooseFolder = (env: Environment, isRoot: boolean): { readonly folder: string; readonly variable: string } => {
  const chosen = env['PITWALL_CACHE'];
  if (chosen) return { folder: resolve(chosen), variable: 'PITWALL_CACHE' };
  if (isRoot) return { folder: '/var/cache/pitwall', variable: 'PITWALL_CACHE' };
  const shared = env['XDG_CACHE_HOME'];
  // The XDG rules have a relative one ignored.
  if (shared !== undefined && isAbsolute(shared))
    return { folder: join(shared, 'pitwall'), variable: 'XDG_CACHE_HOME' };
  return { folder: join(env['HOME'] || userInfo().homedir, '.cache', 'pitwall'), variable: 'HOME' };
};

/**
 * Makes something once, whichever of several pitwalls comes first: `make` runs under a lock file that
 * names its owner, so a lock whose owner died is taken over.
 */
export const makeOnce = async <T>(
  lockFile: string,
  { clock, signal, onWait }: { clock: Clock; signal?: AbortSignal; onWait?: () => void },
  make: () => Promise<T>,
): Promise<T> => {
  let told = false;
  while (!tryLock(lockFile)) {
    if (!told) onWait?.();
    told = true;
    await sleepMs(clock, 200, signal);
  }
  await using scope = createScope();
  scope.defer(() => rm(lockFile, { force: true }));
  return await make();
};

/** Written whole beside its place and linked into it: nobody ever reads a lock without an owner in it. */
const tryLock = (lockFile: string): boolean => {
  const draft = `${lockFile}.${process.pid}`;
  try {
    writeFileSync(draft, JSON.stringify(identify(process.pid)));
    if (placeLock(draft, lockFile)) return true;
    if (ownerIsAlive(lockFile)) return false;
    return removeStale(lockFile, `${draft}.stale`) && placeLock(draft, lockFile);
  } catch (cause) {
    throw new PitwallError('stage.not-ready', `The lock ${lockFile} cannot be written.`, { cause });
  } finally {
    rmSync(draft, { force: true });
  }
};

/** The owner died with the lock in its hand. Whoever moves it away first goes on; a lock that another has placed meanwhile is put back. */
const removeStale = (lockFile: string, away: string): boolean => {
  try {
    renameSync(lockFile, away);
  } catch {
    return false;
  }
  try {
    if (!ownerIsAlive(away)) return true;
    placeLock(away, lockFile);
    return false;
  } finally {
    rmSync(away, { force: true });
  }
};

const placeLock = (draft: string, lockFile: string): boolean => {
  try {
    linkSync(draft, lockFile);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
};

const ownerIsAlive = (lockFile: string): boolean => {
  try {
    return isAlive(JSON.parse(readFileSync(lockFile, 'utf8')) as ProcessIdentity);
  } catch {
    return false;
  }
};
