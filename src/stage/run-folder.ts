import { appendFileSync, chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Clock, PitwallError, sleepMs } from '../base/index.ts';
import { groupMembers, isAlive, type ProcessIdentity, readProcessStat, sendSignal } from './process-table.ts';

const prefix = 'pitwall-';
const ownerFile = 'owner.json';
const registryFile = 'processes.jsonl';

/** Marks every process of a stage, so that a member of an orphaned group can be told from a stranger. */
export const runMarker = 'PITWALL_RUN';

interface RegisteredProcess extends ProcessIdentity {
  readonly name: string;
  readonly stopSignal: NodeJS.Signals;
}

/**
 * A temporary folder for sockets, keys and data directories, with a registry of what was started from it.
 * Disposing it removes it. A folder whose owner died is found by the next `sweepLeftovers`.
 */
export interface RunFolder extends AsyncDisposable {
  readonly path: string;
  /** Writes a started process down before anything else happens to it. */
  register(pid: number, name: string, stopSignal: NodeJS.Signals): void;
}

export const createRunFolder = (parent: string = tmpdir()): RunFolder => {
  const path = mkdtempSync(join(parent, prefix));
  // The database runs as another user, who must pass through, but not list.
  chmodSync(path, 0o711);
  writeFileSync(join(path, ownerFile), JSON.stringify(identify(process.pid)), { mode: 0o600 });
  return {
    path,
    register(pid, name, stopSignal) {
      const entry: RegisteredProcess = { ...identify(pid), name, stopSignal };
      appendFileSync(join(path, registryFile), `${JSON.stringify(entry)}\n`, { mode: 0o600 });
    },
    async [Symbol.asyncDispose]() {
      await rm(path, { recursive: true, force: true, maxRetries: 5 });
    },
  };
};

/** What a killed pitwall left behind and this call ended. */
export interface Leftover {
  readonly folder: string;
  readonly processes: readonly string[];
}

/** Ends the processes and removes the folders of pitwalls that no longer run. */
export const sweepLeftovers = async (clock: Clock, parent: string = tmpdir()): Promise<readonly Leftover[]> => {
  const leftovers: Leftover[] = [];
  for (const name of readdirSync(parent)) {
    const folder = join(parent, name);
    if (!name.startsWith(prefix) || !existsSync(join(folder, ownerFile))) continue;
    const owner = readJson<ProcessIdentity>(join(folder, ownerFile));
    if (owner === undefined || isAlive(owner)) continue;
    const processes = await endRegistered(folder, clock);
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    leftovers.push({ folder, processes });
  }
  return leftovers;
};

const endRegistered = async (folder: string, clock: Clock): Promise<readonly string[]> => {
  const file = join(folder, registryFile);
  if (!existsSync(file)) return [];
  const registered = readFileSync(file, 'utf8')
    .split('\n')
    .map((line) => parseJson<RegisteredProcess>(line))
    .filter((entry) => entry !== undefined)
    .reverse();
  const ended: string[] = [];
  for (const entry of registered) {
    const leaderAlive = isAlive(entry);
    const members = groupMembers(entry.pid);
    // Once the leader is gone its number could belong to somebody else's group: trust the marker only.
    if (members.length === 0 || !(leaderAlive || members.some((member) => carriesMarker(member.pid, folder)))) continue;
    if (leaderAlive) sendSignal(entry.pid, entry.stopSignal);
    for (let waitedMs = 0; waitedMs < 3_000 && isAlive(entry); waitedMs += 50) await sleepMs(clock, 50);
    sendSignal(-entry.pid, 'SIGKILL');
    for (let waitedMs = 0; waitedMs < 2_000 && groupMembers(entry.pid).length > 0; waitedMs += 20) {
      await sleepMs(clock, 20);
    }
    ended.push(`${entry.name} (${entry.pid})`);
  }
  return ended;
};

const carriesMarker = (pid: number, folder: string): boolean => {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'latin1').split('\0').includes(`${runMarker}=${folder}`);
  } catch {
    return false;
  }
};

const identify = (pid: number): ProcessIdentity => {
  const stat = readProcessStat(pid);
  if (stat === undefined) throw new PitwallError('stage.died', `Process ${pid} ended as soon as it was started.`);
  return { pid, startTicks: stat.startTicks };
};

const readJson = <T>(file: string): T | undefined => {
  try {
    return parseJson<T>(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
};

/** Undefined for a line that was torn when the machine or the process went down. */
const parseJson = <T>(text: string): T | undefined => {
  try {
    return JSON.parse(text) as T;
  } catch {
    return undefined;
  }
};
