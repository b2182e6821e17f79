const texts: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'connection reset by peer',
  EPIPE: 'connection closed by peer while sending',
  ETIMEDOUT: 'connection timed out',
  EHOSTUNREACH: 'no route to host',
  ENETUNREACH: 'network unreachable',
  EADDRNOTAVAIL: 'no local port left',
  EMFILE: 'too many open files: raise ulimit -n',
  ENFILE: 'too many open files on this machine',
  ENOBUFS: 'no memory left for connections',
  ENOMEM: 'no memory left',
  ENOTFOUND: "the name can't be resolved",
  EAI_AGAIN: "the name can't be resolved now",
  ENOENT: 'no such socket',
};

const ownFaults = new Set(['EADDRNOTAVAIL', 'EMFILE', 'ENFILE', 'ENOBUFS', 'ENOMEM']);

/** Whether the machine of the client lacked what a connection takes. */
export const isOwnFault = (error: Error): boolean => ownFaults.has((error as NodeJS.ErrnoException).code ?? '');

/** What to call a failure in the error distribution: one text a kind, without addresses, so that equal failures add up. */
export const failureMessage = (error: Error): string => {
  const { code } = error as NodeJS.ErrnoException;
  if (code === undefined) return error.message;
  return texts[code] ?? code;
};
