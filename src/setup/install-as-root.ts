import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { sleepMs, systemClock, withDeadline } from '../base/index.ts';
import { briefReason, impatient, isListsLocked } from './apt-text.ts';
import type { SetupHost } from './find-parts.ts';

/** Debian asks this file whether a package may start its service when it is installed (invoke-rc.d(8)). */
const policyFile = '/usr/sbin/policy-rc.d';
/** Told from anybody else's, so that one which a killed set-up left is taken away by the next. */
const ownPolicy = '#!/bin/sh\n# Written by `pitwall setup` while it installs; may be deleted.\nexit 101\n';

/**
 * Installs Debian's packages by apt. It is not interrupted: a half-installed package is worse than a late Ctrl-C.
 * @throws PitwallError `stage.died` with the last lines of apt.
 */
export const installAsRoot = async (host: SetupHost, packages: readonly string[], logFile: string): Promise<void> => {
  using _ = forbidServices();
  const env = aptEnv();
  await host.run(['apt-get', ...impatient, 'install', '-y', '--no-install-recommends', ...packages], {
    env: { ...env, DEBIAN_FRONTEND: 'noninteractive' },
    logFile,
  });
};

/** apt's own limits are per address; a network that answers nothing keeps it waiting far longer. */
const mostUpdateMs = 90_000;
const lockedPauseMs = 2_000;

/**
 * Fetches the lists of packages. One source that is gone, or no network, is no reason to give up: the lists that are there
 * may do. The reason is for whoever finds that they don't.
 */
export const updateLists = async (
  host: SetupHost,
  options: readonly string[],
  { logFile, signal }: { readonly logFile: string; readonly signal: AbortSignal },
): Promise<string | undefined> => {
  try {
    await withDeadline(mostUpdateMs, signal, async (limit) => {
      const update = () =>
        host.run(['apt-get', ...impatient, ...options, 'update'], { env: aptEnv(), logFile, signal: limit });
      // apt waits for dpkg's lock, but not for that of its lists, which a fresh machine's daily job holds for a while.
      while (true) {
        try {
          return await update();
        } catch (error) {
          if (limit.aborted || !isListsLocked(error)) throw error;
          await sleepMs(systemClock, lockedPauseMs, limit);
        }
      }
    });
    return undefined;
  } catch (error) {
    signal.throwIfAborted();
    return briefReason(error);
  }
};

/** Its messages are read, so they are to be English ones. */
export const aptEnv = (): Readonly<Record<string, string>> => ({
  ...(process.env as Record<string, string>),
  LC_ALL: 'C',
});

/** pitwall starts its own servers, and wants no other running. Whoever has a policy of their own keeps it. */
const forbidServices = (): Disposable => {
  if (existsSync(policyFile) && readFileSync(policyFile, 'utf8') !== ownPolicy) return { [Symbol.dispose]: () => {} };
  writeFileSync(policyFile, ownPolicy, { mode: 0o755 });
  return { [Symbol.dispose]: () => rmSync(policyFile, { force: true }) };
};
