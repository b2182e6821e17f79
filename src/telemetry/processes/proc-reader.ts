import { closeSync, openSync, readdirSync, readFileSync, readSync } from 'node:fs';
import { parseAuxv } from './parse.ts';

/**
 * Reads of `/proc` by the descriptors that it keeps: a kept descriptor costs half of an open-read-close
 * (bench/observe) and names one process for good, even when its pid is given to another.
 */
export interface ProcReader {
  readonly pageBytes: number;
  readonly ticksPerSecond: number;
  /** All process ids there are. */
  processIds(): number[];
  /** Ids of the threads of a process; empty when it has gone. */
  threadIds(pid: number): string[];
  /** Changes whenever a process or thread was created on this machine; undefined when that can't be told. */
  lastCreated(): string | undefined;
  /** The text of a file that is read again and again; undefined when it is gone or not to be read. */
  readKept(path: string): string | undefined;
  /** Lets go of kept files below a folder. */
  forget(prefix: string): void;
  /** The text of a file that is opened anew; undefined when it is gone or not to be read. */
  read(path: string): string | undefined;
  close(): void;
}

/** Kept descriptors are bounded: beyond this, files are opened anew. */
const maxKept = 2048;

export const openProcReader = (procRoot: string): ProcReader => {
  const buffer = Buffer.alloc(4096);
  const kept = new Map<string, number>();
  const { pageBytes, ticksPerSecond } = readMachine(procRoot);

  const read = (path: string): string | undefined => {
    try {
      return readFileSync(`${procRoot}/${path}`, 'latin1');
    } catch {
      return undefined;
    }
  };
  const drop = (path: string, fd: number): void => {
    kept.delete(path);
    closeSync(fd);
  };
  return {
    pageBytes,
    ticksPerSecond,
    processIds: () =>
      readdirSync(procRoot)
        .map(Number)
        .filter((pid) => pid > 0),
    threadIds(pid) {
      try {
        return readdirSync(`${procRoot}/${pid}/task`);
      } catch {
        return [];
      }
    },
    lastCreated() {
      const text = this.readKept('loadavg');
      return text?.slice(text.lastIndexOf(' ') + 1);
    },
    readKept(path) {
      let fd = kept.get(path);
      if (fd === undefined) {
        if (kept.size >= maxKept) return read(path);
        try {
          fd = openSync(`${procRoot}/${path}`, 'r');
        } catch {
          return undefined;
        }
        kept.set(path, fd);
      }
      try {
        return buffer.toString('latin1', 0, readSync(fd, buffer, 0, buffer.length, 0));
      } catch {
        drop(path, fd);
        return undefined;
      }
    },
    forget(prefix) {
      for (const [path, fd] of kept) if (path.startsWith(prefix)) drop(path, fd);
    },
    read,
    close() {
      for (const [path, fd] of kept) drop(path, fd);
    },
  };
};

const readMachine = (procRoot: string): { readonly pageBytes: number; readonly ticksPerSecond: number } => {
  try {
    return parseAuxv(readFileSync(`${procRoot}/self/auxv`));
  } catch {
    return parseAuxv(Buffer.alloc(0));
  }
};
