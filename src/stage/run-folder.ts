import { spawnSync } from 'node:child_process';
import { appendFileSync, chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Clock, sleepMs } from '../base/index.ts';
import { groupMembers, identify, isAlive, type ProcessIdentity, sendSignal } from './process-table.ts';

/** The owner is in the folder's name: a file in it would be missing for a moment when it is made, and when it is removed. */
const ownersName = /^pitwall-(\d+)-(\d+)-\w{6}$/;
const registryFile = 'processes.jsonl';
const networkFile = 'network.jsonl';

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
  /** Writes a network device or namespace down before it is made. */
  registerNetwork(part: NetworkPart): void;
}

/** What namespaces leave in the kernel. */
export interface NetworkPart {
  readonly kind: 'link' | 'namespace';
  readonly name: string;
}

export const createRunFolder = (parent: string = tmpdir()): RunFolder => {
  const { pid, startTicks } = identify(process.pid);
  const path = mkdtempSync(join(parent, `pitwall-${pid}-${startTicks}-`));
  // The database runs as another user, who must pass through, but not list.
  chmodSync(path, 0o711);
  return {
    path,
    register(pid, name, stopSignal) {
      const entry: RegisteredProcess = { ...identify(pid), name, stopSignal };
      appendFileSync(join(path, registryFile), `${JSON.stringify(entry)}\n`, { mode: 0o600 });
    },
    registerNetwork(part) {
      appendFileSync(join(path, networkFile), `${JSON.stringify(part)}\n`, { mode: 0o600 });
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
    const [, pid, startTicks] = ownersName.exec(name) ?? [];
    if (pid === undefined || isAlive({ pid: Number(pid), startTicks: Number(startTicks) })) continue;
    const processes = await endRegistered(folder, clock);
    removeNetwork(folder);
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    leftovers.push({ folder, processes });
  }
  return leftovers;
};

const removeNetwork = (folder: string): void => {
  for (const { kind, name } of readLines<NetworkPart>(join(folder, networkFile)).reverse()) {
    const command = kind === 'link' ? ['link', 'delete', name] : ['netns', 'delete', name];
    // What was written down but never made, or is gone already, is as it should be.
    spawnSync('ip', command, { stdio: 'ignore', timeout: 5_000 });
  }
};

const readLines = <T>(file: string): T[] =>
  existsSync(file)
    ? readFileSync(file, 'utf8')
        .split('\n')
        .map((line) => parseJson<T>(line))
        .filter((entry) => entry !== undefined)
    : [];

const endRegistered = async (folder: string, clock: Clock): Promise<readonly string[]> => {
  const registered = readLines<RegisteredProcess>(join(folder, registryFile)).reverse();
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

/** Undefined for a line that was torn when the machine or the process went down. */
const parseJson = <T>(text: string): T | undefined => {
  try {
    return JSON.parse(text) as T;
  } catch {
    return undefined;
  }
};
