import { parseSocketTable } from '../../base/index.ts';

/** Inodes of the established connections whose local end is the port. */
export const establishedInodes = (table: string, port: number): ReadonlySet<string> =>
  inodesIn(table, port, 'established');

/** Inodes of the sockets that listen on the port. */
export const listeningInodes = (table: string, port: number): ReadonlySet<string> => inodesIn(table, port, 'listening');

const inodesIn = (table: string, port: number, state: 'established' | 'listening'): ReadonlySet<string> =>
  new Set(parseSocketTable(table, state).flatMap((socket) => (socket.port === port ? [socket.inode] : [])));
