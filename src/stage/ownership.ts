import { statSync } from 'node:fs';
import { chown } from 'node:fs/promises';
import { dirname } from 'node:path';
import { PitwallError } from '../base/index.ts';
import type { ProcessUser } from './host.ts';

/** Hands paths to the user of the database; nothing to do where pitwall is not root. */
export const giveTo = async (user: ProcessUser | undefined, ...paths: readonly string[]): Promise<void> => {
  if (user === undefined) return;
  for (const path of paths) await chown(path, user.uid, user.gid);
};

/**
 * Makes sure that the user of the database can pass through every folder above and including `folder`.
 * @throws PitwallError `stage.unreachable-folder` that names the one it cannot.
 */
export const requireEnterable = (user: ProcessUser | undefined, folder: string, variable: string): void => {
  if (user === undefined) return;
  for (let path = folder; ; path = dirname(path)) {
    const { mode, uid, gid } = statSync(path);
    const mayEnter = uid === user.uid ? mode & 0o100 : gid === user.gid ? mode & 0o010 : mode & 0o001;
    if (!mayEnter) {
      throw new PitwallError(
        'stage.unreachable-folder',
        `The database runs as user ${user.uid}, who cannot enter ${path}. Point ${variable} at another folder.`,
      );
    }
    if (path === dirname(path)) return;
  }
};
