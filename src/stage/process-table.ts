import { readdirSync, readFileSync } from 'node:fs';
import { PitwallError } from '../base/index.ts';

/** What identifies a process beyond its number, which the kernel uses again. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Clock ticks after boot at which it started: field 22 of /proc/PID/stat (man 5 proc). */
  readonly startTicks: number;
}

export interface ProcessStat extends ProcessIdentity {
  readonly parentPid: number;
  readonly groupId: number;
  /** R, S, D, Z, ... */
  readonly state: string;
}

/** Parses /proc/PID/stat. The command in parentheses may itself hold spaces and parentheses. */
export const parseProcessStat = (text: string): ProcessStat | undefined => {
  const open = text.indexOf('(');
  const close = text.lastIndexOf(')');
  if (open < 0 || close < open) return undefined;
  const rest = text.slice(close + 2).split(' ');
  const pid = Number(text.slice(0, open));
  const [state, parentPid, groupId] = [rest[0], Number(rest[1]), Number(rest[2])];
  const startTicks = Number(rest[19]);
  if (state === undefined || ![pid, parentPid, groupId, startTicks].every(Number.isInteger)) return undefined;
  return { pid, parentPid, groupId, state, startTicks };
};

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

/** The living members of a process group. */
export const groupMembers = (groupId: number): readonly ProcessStat[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => readProcessStat(Number(name)))
    .filter((stat) => stat !== undefined && stat.groupId === groupId && stat.state !== 'Z') as readonly ProcessStat[];

/** Sends a signal to a process, or to a group when negative; false when there is none to take it. */
export const sendSignal = (pid: number, signal: NodeJS.Signals): boolean => {
  try {
    process.kill(pid, signal);
    return true;
  } catch {
    return false;
  }
};
