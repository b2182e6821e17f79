import { spawnSync } from 'node:child_process';
import {
  endMarked,
  findMarked,
  groupMembers,
  isAlive,
  type NetworkPart,
  type RegisteredProcess,
  registeredNetwork,
  registeredProcesses,
  sendSignal,
} from '../../agent/index.ts';

/** How long a process may take to end when it is asked to. */
const graceMs = 3_000;
const pauseMs = 20;

/**
 * Ends all that was started from a run's folder and takes its parts of the network away; the folder itself stays. Yields how long
 * to wait, in milliseconds, between two looks; returns the names of the processes that it ended.
 */
export function* endRun(folder: string): Generator<number, readonly string[]> {
  const ended: string[] = [];
  for (const entry of registeredProcesses(folder)) {
    if (yield* endGroup(entry)) ended.push(`${entry.name} (${entry.pid})`);
  }
  ended.push(...findMarked({ run: folder }).map(({ pid }) => `process ${pid}`));
  yield* endMarked({ run: folder });
  for (const part of registeredNetwork(folder)) removeNetworkPart(part);
  return ended;
}

/** Asks first: Postgres, for one, leaves shared memory behind when it is killed. Members of a group whose leader has gone are known by their mark. */
function* endGroup(leader: RegisteredProcess): Generator<number, boolean> {
  if (!isAlive(leader)) return false;
  sendSignal(leader.pid, leader.stopSignal);
  // A stopped (SIGSTOP) process cannot act on a signal before it goes on.
  sendSignal(leader.pid, 'SIGCONT');
  for (let waitedMs = 0; waitedMs < graceMs && isAlive(leader); waitedMs += pauseMs) yield pauseMs;
  sendSignal(-leader.pid, 'SIGKILL');
  for (let waitedMs = 0; waitedMs < graceMs && groupMembers(leader.pid).length > 0; waitedMs += pauseMs) yield pauseMs;
  return true;
}

const removeNetworkPart = (command: NetworkPart): void => {
  // What was written down but never made, or is gone already, is as it should be.
  spawnSync('ip', command, { stdio: 'ignore', timeout: 5_000 });
};
