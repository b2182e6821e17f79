import { randomBytes } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { access, chmod, chown, mkdtemp, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { PitwallError } from '../../base/index.ts';
import { makeFolders } from '../../files/index.ts';
import type { CallRequest, ProcessUser } from '../protocol.ts';
import { digestFiles } from './folder-digest.ts';

/** A folder of its own below the agent's, for one component. */
export const makeFolder = async (
  ownFolder: string,
  { name, mode, owner }: CallRequest<'make-folder'>,
): Promise<string> => {
  const path = await mkdtemp(join(ownFolder, `${name}-`));
  await chmod(path, mode);
  if (owner !== undefined) await chown(path, owner.uid, owner.gid);
  return path;
};

/** Written beside its place and moved into it: nobody reads half a file, and a body that breaks off leaves none. */
export const writeFile = async (
  body: Readable,
  { path, mode = 0o644, owner }: { readonly path: string; readonly mode?: number; readonly owner?: ProcessUser },
): Promise<void> => {
  makeFolders(dirname(path));
  const draft = `${path}.${randomBytes(4).toString('hex')}.partial`;
  try {
    await pipeline(body, createWriteStream(draft, { mode: 0o600, flags: 'wx' }));
    // The umask is the agent's own affair.
    await chmod(draft, mode);
    if (owner !== undefined) await chown(draft, owner.uid, owner.gid);
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
};

/**
 * As much of a file as there is now: a log grows while it is read.
 * @throws PitwallError `host.refused` where it is no plain file: a pipe or a device has no end.
 */
export const openFile = async (path: string): Promise<{ readonly content: Readable; readonly length: number }> => {
  const found = await stat(path);
  if (!found.isFile()) throw new PitwallError('host.refused', `${path} is no plain file.`);
  const length = found.size;
  return { length, content: length === 0 ? Readable.from([]) : createReadStream(path, { end: length - 1 }) };
};

/** Only what is the agent's own: a wrong path from elsewhere must not cost a machine its files. */
export const removePath = async (ownFolder: string, path: string): Promise<void> => {
  const below = relative(ownFolder, path);
  if (below === '' || below.startsWith('..'))
    throw new PitwallError('host.refused', `${path} is not below the agent's folder ${ownFolder}.`);
  await rm(path, { recursive: true, force: true, maxRetries: 5 });
};

/** Where a folder with this digest is kept, or null. */
export const findFolder = async ({ keptIn, digest }: CallRequest<'find-folder'>): Promise<string | null> => {
  const path = join(keptIn, digest);
  return access(path).then(
    () => path,
    () => null,
  );
};

/**
 * Moves a folder that was written file by file to where folders are kept.
 * @throws PitwallError `host.refused` when its content is not what its digest says.
 */
export const keepFolder = async ({ draft, keptIn, digest }: CallRequest<'keep-folder'>): Promise<string> => {
  const entries = await readdir(draft, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(draft, join(entry.parentPath, entry.name)));
  const found = await digestFiles(draft, files);
  if (found !== digest) {
    await rm(draft, { recursive: true, force: true });
    throw new PitwallError('host.refused', `A folder arrived as ${found.slice(0, 12)}, not as ${digest.slice(0, 12)}.`);
  }
  const path = join(keptIn, digest);
  makeFolders(dirname(path));
  await rename(draft, path).catch(async (error: NodeJS.ErrnoException) => {
    // Another pitwall was first; what it put there has the same digest.
    if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
    await rm(draft, { recursive: true, force: true });
  });
  return path;
};
