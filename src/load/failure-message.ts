const texts: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'connection reset by peer',
  EPIPE: 'connection closed by peer while sending',
  ETIMEDOUT: 'connection timed out',
  EHOSTUNREACH: 'no route to host',
  ENETUNREACH: 'network unreachable',
  EADDRNOTAVAIL: 'no local port left',
  EMFILE: 'too many open files: raise ulimit -n',
  ENOENT: 'no such socket',
};

/** What to call a failure in the error distribution: one text a kind, without addresses, so that equal failures add up. */
export const failureMessage = (error: Error): string => {
  const { code } = error as NodeJS.ErrnoException;
  if (code === undefined) return error.message;
  return texts[code] ?? code;
};
