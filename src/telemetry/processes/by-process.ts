import type { ProcessStat } from '../../base/index.ts';

/** One process in one window. */
export interface ProcessUsage {
  readonly pid: number;
  readonly name: string;
  /** Mean over the window, of one core: its own threads, without children. */
  readonly cpuPercent: number;
  readonly rssMiB: number;
  readonly virtualMiB: number;
  readonly threads: number;
}

/** Turns readings that follow each other into what each process used between them. */
export const createProcessUsages = (machine: { readonly pageBytes: number; readonly ticksPerSecond: number }) => {
  let lastTicks = new Map<string, number>();
  return (windowMs: number, processes: readonly ProcessStat[]): readonly ProcessUsage[] => {
    // With its start time a pid names a process for good. One that is new began at 0.
    const ticks = new Map(processes.map((process) => [`${process.pid}/${process.startTicks}`, process.ownTicks]));
    const usages = processes.map((process) => {
      const usedTicks = process.ownTicks - (lastTicks.get(`${process.pid}/${process.startTicks}`) ?? 0);
      return {
        pid: process.pid,
        name: process.name,
        cpuPercent: windowMs > 0 ? (100 * 1000 * usedTicks) / machine.ticksPerSecond / windowMs : 0,
        rssMiB: (process.residentPages * machine.pageBytes) / mebi,
        virtualMiB: process.virtualBytes / mebi,
        threads: process.threads,
      };
    });
    lastTicks = ticks;
    return usages;
  };
};

const mebi = 1024 * 1024;

/** The first line of the CSV of `pitwall record --per-process`. */
export const processCsvHeader = 'elapsed_time,pid,name,cpu,mem_real,mem_virtual,threads\n';

/** A line for each process of a window that ended at `atMs`. */
export const formatProcessCsv = (atMs: number, usages: readonly ProcessUsage[]): string =>
  usages
    .map(({ pid, name, cpuPercent, rssMiB, virtualMiB, threads }) => {
      const cells = [(atMs / 1000).toFixed(3), pid, quoted(name), cpuPercent.toFixed(3)];
      return `${[...cells, rssMiB.toFixed(3), virtualMiB.toFixed(3), threads].join(',')}\n`;
    })
    .join('');

/** A process names itself as it likes. */
const quoted = (name: string): string => (/[",\n\r]/.test(name) ? `"${name.replaceAll('"', '""')}"` : name);
