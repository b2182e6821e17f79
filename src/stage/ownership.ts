import { chown } from 'node:fs/promises';
import type { ProcessUser } from './host.ts';

/** Hands paths to the user of the database; nothing to do where pitwall is not root. */
export const giveTo = async (user: ProcessUser | undefined, ...paths: readonly string[]): Promise<void> => {
  if (user === undefined) return;
  for (const path of paths) await chown(path, user.uid, user.gid);
};
