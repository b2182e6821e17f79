import { readdirSync, readFileSync } from 'node:fs';
import { PitwallError } from '../../base/index.ts';
import type { LoadJob } from '../job/job.ts';

/** What the program and each of its threads open beside connections. */
const reserve = 16;
const perWorker = 12;

/** The soft limit in the text of /proc/PID/limits; Infinity where there is none. */
export const parseOpenFileLimit = (limits: string): number => {
  const soft = /^Max open files\s+(\S+)/m.exec(limits)?.[1];
  return soft === undefined || soft === 'unlimited' ? Number.POSITIVE_INFINITY : Number(soft);
};

/** Whether the process may open so many connections more. */
export const mayOpen = (connections: number, workers: number): boolean => {
  const { limit, open } = readOpenFiles();
  return neededFor(connections, workers, open) <= limit;
};

/** Throws `load.invalid` where the process may not open as many connections as the job asks for. */
export const checkOpenFiles = ({ model: { connections }, workers }: Pick<LoadJob, 'model' | 'workers'>): void => {
  const { limit, open } = readOpenFiles();
  const needed = neededFor(connections, workers, open);
  if (needed <= limit) return;
  throw new PitwallError(
    'load.invalid',
    `${connections} connections need ${needed} open files, but this process may have ${limit}: raise it with ulimit -n, or use fewer connections.`,
  );
};

const neededFor = (connections: number, workers: number, open: number): number =>
  open + reserve + perWorker * workers + connections;

const readOpenFiles = (): { readonly limit: number; readonly open: number } => {
  try {
    return {
      limit: parseOpenFileLimit(readFileSync('/proc/self/limits', 'utf8')),
      open: readdirSync('/proc/self/fd').length,
    };
  } catch {
    // Without /proc nobody knows before; then the errors will say so.
    return { limit: Number.POSITIVE_INFINITY, open: 0 };
  }
};
