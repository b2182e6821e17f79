import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
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

const tryLock = (lockFile: string): boolean => {
  const content = JSON.stringify(identify(process.pid));
  try {
    writeFileSync(lockFile, content, { flag: 'wx' });
    return true;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') {
      throw new PitwallError('stage.not-ready', `The lock ${lockFile} cannot be written.`, { cause });
    }
  }
  if (ownerIsAlive(lockFile)) return false;
  // The owner died with the lock in its hand.
  writeFileSync(lockFile, content);
  return true;
};

const ownerIsAlive = (lockFile: string): boolean => {
  try {
    return isAlive(JSON.parse(readFileSync(lockFile, 'utf8')) as ProcessIdentity);
  } catch {
    return false;
  }
};
