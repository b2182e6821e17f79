import { chmodSync, linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { type Clock, createScope, PitwallError, sleepMs } from '../base/index.ts';
import { identify, isAlive, type ProcessIdentity } from './process-table.ts';

/**
 * Where prepared candidates, database binaries and data directories are kept between races. Root's own
 * home is closed to the unprivileged user that the database runs as, so root's cache lies outside it.
 */
export const cacheFolder = (env: Readonly<Record<string, string | undefined>>, isRoot: boolean): string => {
  const chosen = env['PITWALL_CACHE'];
  const folder =
    chosen !== undefined && chosen !== ''
      ? chosen
      : isRoot
        ? '/var/cache/pitwall'
        : join(env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'pitwall');
  mkdirSync(folder, { recursive: true });
  if (isRoot) chmodSync(folder, 0o755);
  return folder;
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
