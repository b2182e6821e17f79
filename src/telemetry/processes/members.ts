import type { ProcessStat } from '../../base/index.ts';

/** What decides whose a process is. */
export type Kinship = Pick<ProcessStat, 'pid' | 'parentPid' | 'groupId' | 'sessionId'>;

/**
 * Tells which processes belong to which target: a process belongs to the target of its nearest ancestor, so a target inside
 * another's tree is not counted twice. One whose parent is gone (a daemon that forked twice, now a child of
 * process 1) is found by the leader of its session or process group. `known` maps pids to targets already decided; they stay
 * decided when their parent ends. Returns the newly found ones.
 */
export const findMembers = (
  processes: readonly Kinship[],
  known: ReadonlyMap<number, number>,
): ReadonlyMap<number, number> => {
  const byPid = new Map(processes.map((process) => [process.pid, process]));
  const decided = new Map<number, number | undefined>(known);
  const decide = (process: Kinship): number | undefined => {
    if (decided.has(process.pid)) return decided.get(process.pid);
    decided.set(process.pid, undefined);
    const parent = byPid.get(process.parentPid);
    const target =
      decided.get(process.parentPid) ??
      (parent === undefined ? undefined : decide(parent)) ??
      (process.parentPid <= 1 ? (known.get(process.groupId) ?? known.get(process.sessionId)) : undefined);
    decided.set(process.pid, target);
    return target;
  };
  const found = new Map<number, number>();
  for (const process of processes) {
    const target = decide(process);
    if (target !== undefined && !known.has(process.pid)) found.set(process.pid, target);
  }
  return found;
};
