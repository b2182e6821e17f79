import { readFileSync } from 'node:fs';
import { isAlive, type ProcessIdentity, processIds, readProcessStat, sendSignal } from './process-table.ts';

const runVariable = 'PITWALL_RUN';
const partVariable = 'PITWALL_PART';

/**
 * What every process of a run carries in its environment, and hands on to all that it starts: it still tells whose a process is
 * when that has left its process group, its session and its parent.
 */
export interface RunMark {
  /** The path of the run's folder. */
  readonly run: string;
  /** One of the things started for the run; without it all of them are meant. */
  readonly part?: number;
}

/** The variables to start a process with. */
export const markVariables = ({ run, part }: RunMark): Readonly<Record<string, string>> => ({
  [runVariable]: run,
  ...(part === undefined ? {} : { [partVariable]: String(part) }),
});

/** The living processes that carry a mark; never pitwall's own. */
export const findMarked = (mark: RunMark): readonly ProcessIdentity[] => {
  const wanted = Object.entries(markVariables(mark)).map(([name, value]) => `${name}=${value}`);
  return processIds()
    .filter((pid) => pid !== process.pid && carries(pid, wanted))
    .flatMap((pid) => {
      const stat = readProcessStat(pid);
      return stat === undefined || stat.state === 'Z' ? [] : [stat];
    });
};

/** Whoever has just been started by a marked process is found by the next look. */
const pauseMs = 20;
const mostPauses = 100;

/**
 * Ends all that carry a mark, and whatever else is named, until none is left; yields how long to wait, in milliseconds, between
 * two looks, so that it serves both whoever can wait and whoever cannot.
 */
export function* endMarked(mark: RunMark, others: readonly ProcessIdentity[] = []): Generator<number, void> {
  for (let pauses = 0; pauses < mostPauses; pauses += 1) {
    const left = [...findMarked(mark), ...others.filter(isAlive)];
    if (left.length === 0) return;
    for (const { pid } of left) sendSignal(pid, 'SIGKILL');
    yield pauseMs;
  }
}

const carries = (pid: number, wanted: readonly string[]): boolean => {
  try {
    const variables = readFileSync(`/proc/${pid}/environ`, 'latin1').split('\0');
    return wanted.every((variable) => variables.includes(Buffer.from(variable).toString('latin1')));
  } catch {
    // It is somebody else's, or it has ended.
    return false;
  }
};
