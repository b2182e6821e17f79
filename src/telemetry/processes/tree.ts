import { type ProcessStat, parseProcessStat } from '../../base/index.ts';
import { type CpuReading, createCpuAccount } from './account.ts';
import { findMembers } from './members.ts';
import { type IoCounts, parseIo, parseProportion, parseResidentPages } from './parse.ts';
import type { ProcReader } from './proc-reader.ts';

/** One reading of a target's process tree. */
export interface TreeReading {
  /** Used since the first reading. */
  readonly cpuTicks: number;
  readonly processes: readonly ProcessStat[];
}

/** The live process trees of several targets. */
export interface Trees {
  /** A reading of each target, in their order. */
  read(): readonly TreeReading[];
}

/** The process at the root of a tree. */
export interface TreeRoot {
  readonly pid: number;
  /**
   * The process that started it and waits for it. It is handed the root's whole CPU time, to its end, which no reading could
   * see; and since it has just been started, none of its time is older than the account.
   */
  readonly reapedBy?: number;
}

/**
 * Follows the process trees below the roots, or (`withChildren` false) these processes alone. All processes of the machine are looked through only when one
 * was created since the last reading, and each stranger only once.
 */
export const followTrees = (reader: ProcReader, roots: readonly TreeRoot[], withChildren: boolean): Trees => {
  const rootPids = roots.map(({ pid }) => pid);
  const findTarget = new Map<number, number>(rootPids.map((pid, target) => [pid, target]));
  const strangers = new Set<number>();
  const ages = createAges(roots);
  const accounts = roots.map(() => createCpuAccount(ages.newTicks));
  const reapers = roots.map((root) => createReaper(reader, root, withChildren));
  let lastCreated: string | undefined;

  const readStat = (pid: number): ProcessStat | undefined => parseProcessStat(reader.readKept(`${pid}/stat`) ?? '');

  const adoptNew = (): void => {
    const created = reader.lastCreated();
    if (created !== undefined && created === lastCreated) return;
    // Pids start again from the bottom: a number that was a stranger's may now be a member's.
    if (Number(created) < Number(lastCreated)) strangers.clear();
    lastCreated = created;
    const candidates: ProcessStat[] = [];
    for (const pid of reader.processIds()) {
      if (strangers.has(pid) || findTarget.has(pid)) continue;
      const stat = parseProcessStat(reader.read(`${pid}/stat`) ?? '');
      if (stat !== undefined) candidates.push(stat);
    }
    const found = findMembers(candidates, findTarget);
    for (const { pid } of candidates) {
      const target = found.get(pid);
      if (target === undefined) strangers.add(pid);
      else findTarget.set(pid, target);
    }
  };

  return {
    read() {
      if (withChildren) adoptNew();
      const stats: ProcessStat[][] = rootPids.map(() => []);
      for (const [pid, target] of findTarget) {
        const stat = readStat(pid);
        if (stat !== undefined) {
          if (pid === rootPids[target]) reapers[target]?.sawRoot(stat);
          stats[target]!.push(withChildren ? stat : { ...stat, reapedTicks: 0 });
        }
        if (stat === undefined) {
          findTarget.delete(pid);
          reader.forget(`${pid}/`);
        }
      }
      for (const [target, account] of accounts.entries()) {
        const readings = stats[target]!.map(ages.aged);
        const reaper = reapers[target]?.read(findTarget.has(rootPids[target]!));
        account.update(reaper === undefined ? readings : [...readings, reaper]);
      }
      ages.endFirstReading();
      for (const account of accounts) {
        for (const other of accounts) if (other !== account) account.ended.forEach(other.disownEnded);
      }
      return stats.map((processes, target) => ({ cpuTicks: accounts[target]!.ticks, processes }));
    },
  };
};

/**
 * Which processes are older than the first reading: those that are in it. Start times would have to be compared with a clock, and
 * in a container the machine's uptime is not on theirs (lxcfs).
 */
const createAges = (roots: readonly TreeRoot[]) => {
  const [oldTicks, newTicks] = [0, 1];
  const justStarted = new Set(roots.flatMap(({ pid, reapedBy }) => (reapedBy === undefined ? [] : [pid])));
  const readStartTicks = new Map<number, number>();
  let isFirst = true;
  return {
    /** What a start at or after the first reading counts as. */
    newTicks,
    aged(reading: CpuReading): CpuReading {
      if (isFirst && !justStarted.has(reading.pid)) readStartTicks.set(reading.pid, reading.startTicks);
      return { ...reading, startTicks: readStartTicks.get(reading.pid) === reading.startTicks ? oldTicks : newTicks };
    },
    endFirstReading(): void {
      isFirst = false;
    },
  };
};

/** A root's parent, as far as the root's account is concerned: only what it was handed counts. */
const createReaper = (reader: ProcReader, { reapedBy }: TreeRoot, withChildren: boolean) => {
  if (reapedBy === undefined) return undefined;
  /** Not wanted where children are not. */
  let fromGrandchildren = 0;
  return {
    sawRoot(root: CpuReading): void {
      if (!withChildren) fromGrandchildren = root.reapedTicks;
    },
    read(isRootThere: boolean): CpuReading | undefined {
      const stat = parseProcessStat(reader.read(`${reapedBy}/stat`) ?? '');
      if (stat === undefined) return undefined;
      const reapedTicks = stat.reapedTicks - (isRootThere ? 0 : fromGrandchildren);
      return { pid: stat.pid, parentPid: 0, ownTicks: 0, reapedTicks, startTicks: 0 };
    },
  };
};

/** The resident pages of a process; stat's own field is only about right (man 5 proc). */
export const withResidentPages = (reader: ProcReader, process: ProcessStat): ProcessStat => {
  const residentPages = parseResidentPages(reader.read(`${process.pid}/statm`) ?? '');
  return residentPages === undefined ? process : { ...process, residentPages };
};

/** Exact sums over processes. */
export interface Proportion {
  /** Shared pages count once for each process. */
  readonly residentBytes: number;
  /** Shared pages count once in all. */
  readonly proportionalBytes: number;
}

/** Sums of the resident and the proportional set sizes; a reason where one can't be read. */
export const readProportion = (
  reader: ProcReader,
  processes: readonly ProcessStat[],
): Proportion | { readonly reason: string } => {
  let residentBytes = 0;
  let proportionalBytes = 0;
  for (const process of processes) {
    if (isEnded(process)) continue;
    const text = reader.read(`${process.pid}/smaps_rollup`);
    const read = text === undefined ? undefined : parseProportion(text);
    if (read !== undefined) {
      residentBytes += read.residentBytes;
      proportionalBytes += read.proportionalBytes;
    } else if (text !== '' && reader.read(`${process.pid}/stat`) !== undefined) {
      return { reason: `/proc/${process.pid}/smaps_rollup (${process.name}) is not readable` };
    }
  }
  return { residentBytes, proportionalBytes };
};

/** Sum of the I/O counts; a reason where one can't be read. */
export const readIo = (
  reader: ProcReader,
  processes: readonly ProcessStat[],
): { readonly io: IoCounts } | { readonly reason: string } => {
  const io = { readCount: 0, writeCount: 0, readBytes: 0, writeBytes: 0 };
  for (const process of processes) {
    const counts = parseIo(reader.read(`${process.pid}/io`) ?? '');
    if (counts === undefined) return { reason: `/proc/${process.pid}/io (${process.name}) is not readable` };
    io.readCount += counts.readCount;
    io.writeCount += counts.writeCount;
    io.readBytes += counts.readBytes;
    io.writeBytes += counts.writeBytes;
  }
  return { io };
};

/** A zombie has used its time but holds no memory any more. */
export const isEnded = (process: ProcessStat): boolean => process.state === 'Z' || process.state === 'X';
