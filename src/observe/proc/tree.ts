import { createCpuAccount } from './account.ts';
import { findMembers } from './members.ts';
import { type IoCounts, type ProcessStat, parseIo, parsePssBytes, parseStat } from './parse.ts';
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

/**
 * Follows the process trees below `rootPids`, or (`withChildren` false) these processes alone. All processes of the machine are looked through only when one
 * was created since the last reading, and each stranger only once.
 */
export const followTrees = (reader: ProcReader, rootPids: readonly number[], withChildren: boolean): Trees => {
  const targetOf = new Map<number, number>(rootPids.map((pid, target) => [pid, target]));
  const strangers = new Set<number>();
  const uptimeSeconds = Number.parseFloat(reader.read('uptime') ?? '0');
  const accounts = rootPids.map(() => createCpuAccount(Math.floor(uptimeSeconds * reader.ticksPerSecond)));
  let lastCreated: string | undefined;

  const readStat = (pid: number): ProcessStat | undefined => parseStat(reader.readKept(`${pid}/stat`) ?? '');

  const adoptNew = (): void => {
    const created = reader.lastCreated();
    if (created !== undefined && created === lastCreated) return;
    // Pids start again from the bottom: a number that was a stranger's may now be a member's.
    if (Number(created) < Number(lastCreated)) strangers.clear();
    lastCreated = created;
    const candidates: ProcessStat[] = [];
    for (const pid of reader.processIds()) {
      if (strangers.has(pid) || targetOf.has(pid)) continue;
      const stat = parseStat(reader.read(`${pid}/stat`) ?? '');
      if (stat !== undefined) candidates.push(stat);
    }
    const found = findMembers(candidates, targetOf);
    for (const { pid } of candidates) {
      const target = found.get(pid);
      if (target === undefined) strangers.add(pid);
      else targetOf.set(pid, target);
    }
  };

  return {
    read() {
      if (withChildren) adoptNew();
      const stats: ProcessStat[][] = rootPids.map(() => []);
      for (const [pid, target] of targetOf) {
        const stat = readStat(pid);
        if (stat !== undefined) stats[target]!.push(withChildren ? stat : { ...stat, reapedTicks: 0 });
        else {
          targetOf.delete(pid);
          reader.forget(`${pid}/`);
        }
      }
      for (const [target, account] of accounts.entries()) account.update(stats[target]!);
      for (const account of accounts) {
        for (const other of accounts) if (other !== account) account.ended.forEach(other.disownEnded);
      }
      return stats.map((processes, target) => ({ cpuTicks: accounts[target]!.ticks, processes }));
    },
  };
};

/** Sum of the proportional set sizes; a reason where one can't be read. */
export const readPssBytes = (
  reader: ProcReader,
  processes: readonly ProcessStat[],
): { readonly bytes: number } | { readonly reason: string } => {
  let bytes = 0;
  for (const process of processes) {
    if (isEnded(process)) continue;
    const text = reader.read(`${process.pid}/smaps_rollup`);
    const pssBytes = text === undefined ? undefined : parsePssBytes(text);
    if (pssBytes !== undefined) bytes += pssBytes;
    else if (text !== '' && reader.read(`${process.pid}/stat`) !== undefined) {
      return { reason: `/proc/${process.pid}/smaps_rollup (${process.name}) is not readable` };
    }
  }
  return { bytes };
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
