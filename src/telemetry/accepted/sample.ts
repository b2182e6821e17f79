import { readdir, readFile, readlink } from 'node:fs/promises';
import { type Clock, findSocketInode } from '../../base/index.ts';
import { followTrees, openProcReader } from '../processes/index.ts';
import { type Sampler, startSampler } from '../sampler.ts';
import { establishedInodes } from './parse.ts';

/** How many connections each process of a server has accepted and still holds. */
export interface AcceptedReading {
  /** By process id; processes without any are not in it. */
  readonly connectionsOf: ReadonlyMap<number, number>;
}

export interface AcceptedSamplerOptions {
  /** The server's first process; the others are its children. */
  readonly pid: number;
  /** Where it listens. */
  readonly port: number;
  /** A reading walks through the kernel's table of connections: about 4 ms. */
  readonly intervalMs: number;
  readonly clock: Clock;
  /** @default '/proc' */
  readonly procRoot?: string;
}

/**
 * Samples at which of a server's processes its connections are. Processes that share a listening socket take what comes while they
 * are awake, so one may have many and another none, for as long as the connections last.
 */
export const startAcceptedSampler = (options: AcceptedSamplerOptions): Sampler<AcceptedReading> => {
  const { pid, port, intervalMs, clock, procRoot = '/proc' } = options;
  const reader = openProcReader(procRoot);
  const tree = followTrees(reader, [{ pid }], true);
  return startSampler({
    intervalMs,
    clock,
    async read() {
      const inodes = await readInodes(procRoot, pid, port);
      const processes = tree.read()[0]!.processes.map((process) => process.pid);
      const counts = await Promise.all(processes.map((one) => countSockets(`${procRoot}/${one}/fd`, inodes)));
      const held = processes.map((one, index) => [one, counts[index]!] as const);
      return { connectionsOf: new Map(held.filter(([, count]) => count > 0)) };
    },
    close: async () => reader.close(),
  });
};

/** Looks in the network namespace that the process is in. */
const readInodes = async (procRoot: string, pid: number, port: number): Promise<ReadonlySet<string>> => {
  const tables = await Promise.all([
    readFile(`${procRoot}/${pid}/net/tcp`, 'latin1'),
    // Absent where the kernel has no IPv6.
    readFile(`${procRoot}/${pid}/net/tcp6`, 'latin1').catch(() => ''),
  ]);
  return new Set(tables.flatMap((table) => [...establishedInodes(table, port)]));
};

/** A process that ends meanwhile has none. */
const countSockets = async (folder: string, inodes: ReadonlySet<string>): Promise<number> => {
  const names = await readdir(folder).catch(() => []);
  const targets = await Promise.all(names.map((name) => readlink(`${folder}/${name}`).catch(() => '')));
  return targets.filter((target) => inodes.has(findSocketInode(target) ?? '')).length;
};
