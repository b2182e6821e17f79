import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { findSocketInode, parseSocketTable, type TableSocket } from '../../base/index.ts';

/** A TCP socket that takes connections. */
export type ListeningSocket = Omit<TableSocket, 'inode'>;

/**
 * The sockets that these processes listen on, in the network namespace of the first; none where they may not be looked at.
 */
export const listListening = (pids: readonly number[]): readonly ListeningSocket[] => {
  const [first] = pids;
  if (first === undefined) return [];
  const own = new Set(pids.flatMap(socketsOf));
  return ['tcp', 'tcp6'].flatMap((kind) =>
    parseSocketTable(tryRead(`/proc/${first}/net/${kind}`), 'listening').flatMap(({ inode, ...socket }) =>
      own.has(inode) ? [socket] : [],
    ),
  );
};

const socketsOf = (pid: number): readonly string[] => {
  const folder = `/proc/${pid}/fd`;
  try {
    return readdirSync(folder).flatMap((fd) => {
      const inode = findSocketInode(tryLink(`${folder}/${fd}`));
      return inode === undefined ? [] : [inode];
    });
  } catch {
    return [];
  }
};

const tryRead = (file: string): string => {
  try {
    return readFileSync(file, 'latin1');
  } catch {
    return '';
  }
};

const tryLink = (file: string): string => {
  try {
    return readlinkSync(file);
  } catch {
    return '';
  }
};
