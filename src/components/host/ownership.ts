import { statSync } from 'node:fs';
import { chown } from 'node:fs/promises';
import { dirname } from 'node:path';
import { PitwallError } from '../../base/index.ts';
import type { ProcessUser } from '../../hosts/index.ts';

/** Hands paths to a user; nothing to do where pitwall is not root. */
export const giveTo = async (user: ProcessUser | undefined, ...paths: readonly string[]): Promise<void> => {
  if (user === undefined) return;
  for (const path of paths) await chown(path, user.uid, user.gid);
};

/**
 * Makes sure that a user can pass through every folder above and including `folder`.
 * @param who runs as that user, and how it is said, e.g. `The database runs`
 * @param way out of it, as a sentence
 * @throws PitwallError `stage.unreachable-folder` that names the one it cannot.
 */
export const requireEnterable = (
  user: ProcessUser | undefined,
  folder: string,
  { who, way }: { readonly who: string; readonly way: string },
): void => {
  if (user === undefined) return;
  for (let path = folder; ; path = dirname(path)) {
    const { mode, uid, gid } = statSync(path);
    const mayEnter = uid === user.uid ? mode & 0o100 : gid === user.gid ? mode & 0o010 : mode & 0o001;
    if (!mayEnter) {
      throw new PitwallError(
        'stage.unreachable-folder',
        `${who} as user ${user.uid}, who cannot enter ${path}. ${way}`,
      );
    }
    if (path === dirname(path)) return;
  }
};
