import {
  endMarked,
  findMarked,
  identify,
  isAlive,
  listDescendants,
  markVariables,
  type ProcessIdentity,
  type RunMark,
  sendSignal,
  waitNow,
  waitOut,
} from '../../agent/index.ts';
import type { Clock } from '../../base/index.ts';

/** Ends a process with all that it started, wherever that went. */
export interface TreeEnd {
  /** The process must have been started with these. */
  readonly variables: Readonly<Record<string, string>>;
  /** Asks all of them to end, and makes those that do not. */
  end(pid: number, clock: Clock): Promise<void>;
  /** The same in the last moments of a process, without a grace. */
  endNow(pid: number): void;
}

const graceMs = 2_000;
const pauseMs = 20;

export const endTree = (mark: RunMark): TreeEnd => ({
  variables: markVariables(mark),
  end: (pid, clock) => waitOut(endMembers(mark, pid, graceMs), clock),
  endNow: (pid) => waitNow(endMembers(mark, pid, 0)),
});

function* endMembers(mark: RunMark, pid: number, limitMs: number): Generator<number, void> {
  const members: readonly ProcessIdentity[] = [...ifThere(pid), ...listDescendants(pid), ...findMarked(mark)];
  for (const member of members) sendSignal(member.pid, 'SIGTERM');
  for (let waitedMs = 0; waitedMs < limitMs && members.some(isAlive); waitedMs += pauseMs) yield pauseMs;
  yield* endMarked(mark, members);
}

const ifThere = (pid: number): readonly ProcessIdentity[] => {
  try {
    return [identify(pid)];
  } catch {
    return [];
  }
};
