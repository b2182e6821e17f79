import { readdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isAlive, waitOut } from '../../agent/index.ts';
import { type Clock, describeThrown } from '../../base/index.ts';
import { endRun } from './end-run.ts';
import { isOwnAlone, isOwnFolder } from './own-folder.ts';

const ownersName = /^pitwall-(\d+)-(\d+)-\w{6}$/;

/** What a killed pitwall left behind. */
export interface Leftover {
  readonly folder: string;
  /** The processes that were ended. */
  readonly processes: readonly string[];
  /** Why it is still there; absent where it was removed. */
  readonly failure?: string;
}

/**
 * Ends the processes and removes the folders of this user's pitwalls that no longer run. What it finds written in a folder is
 * believed only where nobody else can have written it; folders of other users are not looked at.
 */
export const sweepLeftovers = async (clock: Clock, parent: string = tmpdir()): Promise<readonly Leftover[]> => {
  const leftovers: Leftover[] = [];
  for (const name of namesIn(parent)) {
    const [, pid, startTicks] = ownersName.exec(name) ?? [];
    const folder = join(parent, name);
    if (pid === undefined || !isOwnFolder(folder)) continue;
    if (isAlive({ pid: Number(pid), startTicks: Number(startTicks) })) continue;
    leftovers.push({ folder, ...(await sweep(folder, clock)) });
  }
  return leftovers;
};

const sweep = async (folder: string, clock: Clock): Promise<Omit<Leftover, 'folder'>> => {
  if (!isOwnAlone(folder)) return { processes: [], failure: 'others can write there, so it is not trusted' };
  let processes: readonly string[] = [];
  try {
    processes = await waitOut(endRun(folder), clock);
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    return { processes };
  } catch (error) {
    return { processes, failure: describeThrown(error) };
  }
};

/** A folder that is not there or cannot be listed holds nothing to sweep; whoever needs it says so. */
const namesIn = (parent: string): readonly string[] => {
  try {
    return readdirSync(parent);
  } catch {
    return [];
  }
};
