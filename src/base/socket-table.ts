/** A socket of the kernel's table. */
export interface TableSocket {
  /** Its local address, hexadecimal as the kernel writes it, e.g. `0100007F`; zeros mean every address. */
  readonly address: string;
  /** Its local port. */
  readonly port: number;
  readonly inode: string;
}

const states = { established: '01', listening: '0A' } as const;

/**
 * The sockets in a state, from the text of `/proc/PID/net/tcp` or `tcp6` (proc(5)): numbers in hexadecimal, address and port
 * apart by a colon. Lines that are none are left out.
 */
export const parseSocketTable = (text: string, state: keyof typeof states): readonly TableSocket[] =>
  text.split('\n').flatMap((line) => {
    const [, local, , found, , , , , , inode] = line.trim().split(/\s+/);
    if (found !== states[state] || inode === undefined) return [];
    const [address, port] = local?.split(':') ?? [];
    return address === undefined || port === undefined ? [] : [{ address, port: Number.parseInt(port, 16), inode }];
  });

/** The inode of the socket that a link of `/proc/PID/fd` leads to; undefined where it leads to something else. */
export const findSocketInode = (link: string): string | undefined => /^socket:\[(\d+)\]$/.exec(link)?.[1];
