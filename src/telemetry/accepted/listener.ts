import { readdir, readFile, readlink } from 'node:fs/promises';
import { findSocketInode, parseProcessStat } from '../../base/index.ts';
import { listeningInodes } from './parse.ts';

export interface ListeningProcess {
  readonly pid: number;
  /** Of its program, as the kernel has it. */
  readonly name: string;
}

/**
 * The process on this machine that listens on a TCP port; of several that share it, the one that started the others. Undefined
 * where there is none, or where it is of another user or another network namespace: then its files cannot be read.
 */
export const findListener = async (port: number, procRoot = '/proc'): Promise<ListeningProcess | undefined> => {
  const tables = await Promise.all(
    ['tcp', 'tcp6'].map((name) => readFile(`${procRoot}/self/net/${name}`, 'latin1').catch(() => '')),
  );
  const inodes = new Set(tables.flatMap((table) => [...listeningInodes(table, port)]));
  if (inodes.size === 0) return undefined;
  const pids = (await readdir(procRoot)).filter((name) => /^\d+$/.test(name));
  const holders: number[] = [];
  for (const pid of pids) if (await holds(`${procRoot}/${pid}/fd`, inodes)) holders.push(Number(pid));
  for (const pid of holders) {
    const stat = parseProcessStat(await readFile(`${procRoot}/${pid}/stat`, 'latin1').catch(() => ''));
    if (stat !== undefined && !holders.includes(stat.parentPid)) return { pid, name: stat.name };
  }
  return undefined;
};

const holds = async (folder: string, inodes: ReadonlySet<string>): Promise<boolean> => {
  for (const name of await readdir(folder).catch(() => [])) {
    const target = await readlink(`${folder}/${name}`).catch(() => '');
    if (inodes.has(findSocketInode(target) ?? '')) return true;
  }
  return false;
};
