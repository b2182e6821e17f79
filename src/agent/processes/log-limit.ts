import { fstatSync, ftruncateSync, writeSync } from 'node:fs';

/** A log grows to this and starts anew: nobody reads more, and a process that logs without end would fill the disk. */
const logLimitBytes = 256 * 2 ** 20;

const intervalMs = 1_000;

export interface LogLimits {
  /** Watches a log that a process writes to, by a descriptor opened for appending. */
  watch(fd: number): void;
  /** Before the descriptor is closed. */
  forget(fd: number): void;
}

/** One timer for all logs, and none while there are none. */
export const createLogLimits = (limitBytes: number = logLimitBytes): LogLimits => {
  const watched = new Set<number>();
  let timer: NodeJS.Timeout | undefined;
  const look = (): void => {
    for (const fd of watched) if (fstatSync(fd).size > limitBytes) startAnew(fd, limitBytes);
  };
  return {
    watch(fd) {
      watched.add(fd);
      timer ??= setInterval(look, intervalMs).unref();
    },
    forget(fd) {
      watched.delete(fd);
      if (watched.size > 0) return;
      clearInterval(timer);
      timer = undefined;
    },
  };
};

/** Whoever appends goes on at the new end. */
const startAnew = (fd: number, limitBytes: number): void => {
  // A log that is no plain file (/dev/null, a pipe) has no length to cut.
  if (!fstatSync(fd).isFile()) return;
  ftruncateSync(fd, 0);
  writeSync(fd, `[pitwall: this log had passed ${Math.round(limitBytes / 2 ** 20)} MiB and was started anew]\n`);
};
