import { readdirSync, readFileSync } from 'node:fs';
import { PitwallError, type ProcessStat, parseProcessStat } from '../../base/index.ts';

/** What identifies a process beyond its number, which the kernel uses again. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Clock ticks after boot at which it started: field 22 of /proc/PID/stat (man 5 proc). */
  readonly startTicks: number;
}

/** The process with this number now, or undefined. */
export const readProcessStat = (pid: number): ProcessStat | undefined => {
  try {
    return parseProcessStat(readFileSync(`/proc/${pid}/stat`, 'latin1'));
  } catch {
    return undefined;
  }
};

/** @throws PitwallError `stage.died` when there is no such process, `stage.unsupported-platform` when /proc does not know pitwall's own. */
export const identify = (pid: number): ProcessIdentity => {
  const stat = readProcessStat(pid);
  if (stat !== undefined) return { pid, startTicks: stat.startTicks };
  throw pid === process.pid
    ? new PitwallError('stage.unsupported-platform', '/proc is not there.')
    : new PitwallError('stage.died', `Process ${pid} ended as soon as it was started.`);
};

/** Whether this very process (not a later one with its number) still runs. A zombie has ended. */
export const isAlive = ({ pid, startTicks }: ProcessIdentity): boolean => {
  const stat = readProcessStat(pid);
  return stat !== undefined && stat.startTicks === startTicks && stat.state !== 'Z';
};

/** The numbers of all processes. */
export const processIds = (): readonly number[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);

/** The living processes. */
const livingProcesses = (): readonly ProcessStat[] =>
  processIds()
    .map(readProcessStat)
    .filter((stat) => stat !== undefined && stat.state !== 'Z') as readonly ProcessStat[];

/** The living members of a process group. */
export const groupMembers = (groupId: number): readonly ProcessStat[] =>
  livingProcesses().filter((stat) => stat.groupId === groupId);

/** The living children of a process, and theirs. */
export const listDescendants = (pid: number): readonly ProcessStat[] => {
  const all = livingProcesses();
  const found: ProcessStat[] = [];
  for (let parents = new Set([pid]); parents.size > 0; ) {
    const children = all.filter(({ parentPid }) => parents.has(parentPid));
    found.push(...children);
    parents = new Set(children.map((child) => child.pid));
  }
  return found;
};

/** Sends a signal to a process, or to a group when negative; false when there is none to take it. */
export const sendSignal = (pid: number, signal: NodeJS.Signals): boolean => {
  try {
    process.kill(pid, signal);
    return true;
  } catch {
    return false;
  }
};
