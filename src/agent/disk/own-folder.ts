import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PitwallError } from '../../base/index.ts';
import { identify } from '../processes/process-table.ts';
import { registerProcess } from './run-registry.ts';

/** The folder of an agent's files; what is in it goes with the agent. */
export interface OwnFolder extends AsyncDisposable {
  readonly path: string;
  /** Writes a started process down, for the sweep of whoever comes after an agent and its keeper that were both killed. */
  register(pid: number, name: string, stopSignal: NodeJS.Signals): void;
}

export const createOwnFolder = (parent: string = tmpdir()): OwnFolder => {
  const path = makeOwnFolder(parent);
  return {
    path,
    register: (pid, name, stopSignal) => registerProcess(path, pid, name, stopSignal),
    async [Symbol.asyncDispose]() {
      await rm(path, { recursive: true, force: true, maxRetries: 5 });
    },
  };
};

/** A Unix socket's path takes so many bytes (man 7 unix), and below a run's folder so many come after it. */
const socketPathBytes = 107;
const bytesBelow = '/proxy-00000000/stats.sock'.length;

/**
 * A folder for this process' files, which the next pitwall sweeps up where this one is killed. The owner is in its name: a file in it
 * would be missing for a moment when it is made, and when it is removed.
 * @throws PitwallError `stage.unusable-folder`.
 */
export const makeOwnFolder = (parent: string): string => {
  const { pid, startTicks } = identify(process.pid);
  let path: string;
  try {
    path = mkdtempSync(join(parent, `pitwall-${pid}-${startTicks}-`));
    // The database runs as another user, who must pass through, but not list.
    chmodSync(path, 0o711);
  } catch (cause) {
    throw new PitwallError('stage.unusable-folder', `No folder can be made in ${parent} (TMPDIR).`, { cause });
  }
  const most = socketPathBytes - bytesBelow - (Buffer.byteLength(path) - Buffer.byteLength(parent));
  const reason =
    Buffer.byteLength(parent) > most
      ? `is too long: sockets below it need paths of at most ${socketPathBytes} bytes, so it may have ${most}`
      : hasControlCharacter(path)
        ? 'has a control character in its name'
        : undefined;
  if (reason === undefined) return path;
  rmSync(path, { recursive: true, force: true });
  throw new PitwallError('stage.unusable-folder', `TMPDIR (${parent}) ${reason}.`);
};

const hasControlCharacter = (path: string): boolean => /\p{Cc}/u.test(path);
