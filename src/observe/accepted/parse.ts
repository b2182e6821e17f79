const established = '01';

/**
 * Inodes of the established connections whose local end is the port, from `/proc/PID/net/tcp` or `tcp6` (proc(5)): numbers
 * in hexadecimal, address and port apart by a colon.
 */
export const establishedInodes = (table: string, port: number): ReadonlySet<string> => {
  const inodes = new Set<string>();
  for (const line of table.split('\n').slice(1)) {
    const [, local = '', , state, , , , , , inode] = line.trim().split(/\s+/);
    if (state !== established || inode === undefined) continue;
    if (Number.parseInt(local.slice(local.lastIndexOf(':') + 1), 16) === port) inodes.add(inode);
  }
  return inodes;
};
