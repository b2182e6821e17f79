import { readFile } from 'node:fs/promises';
import { type Clock, present } from '../../base/index.ts';
import { type Sampler, startSampler } from '../sampler.ts';
import { type MachineTicks, type PressureTotals, parseLoadAverage, parseMachineTicks, parsePressure } from './parse.ts';

/** One look at the machine. What it doesn't have is absent. */
export interface HostReading {
  readonly cpuPressure?: PressureTotals;
  readonly memoryPressure?: PressureTotals;
  readonly ioPressure?: PressureTotals;
  readonly ticks?: MachineTicks;
  readonly loadAverage?: number;
  readonly runnableTasks?: number;
}

export interface HostSamplerOptions {
  readonly intervalMs: number;
  readonly clock: Clock;
  /** @default '/proc' */
  readonly procRoot?: string;
}

/** Samples how busy the machine is: pressure stall information, CPU time with steal, and load. */
export const startHostSampler = ({ intervalMs, clock, procRoot = '/proc' }: HostSamplerOptions): Sampler<HostReading> =>
  startSampler({ intervalMs, clock, read: () => readHost(procRoot) });

const readHost = async (procRoot: string): Promise<HostReading> => {
  const read = (name: string): Promise<string> => readFile(`${procRoot}/${name}`, 'latin1').catch(() => '');
  const [cpu, memory, io, stat, load] = await Promise.all(
    ['pressure/cpu', 'pressure/memory', 'pressure/io', 'stat', 'loadavg'].map(read),
  );
  const loads = parseLoadAverage(load!);
  return {
    ...present('cpuPressure', parsePressure(cpu!)),
    ...present('memoryPressure', parsePressure(memory!)),
    ...present('ioPressure', parsePressure(io!)),
    ...present('ticks', parseMachineTicks(stat!)),
    ...present('loadAverage', loads?.minute),
    ...present('runnableTasks', loads?.runnable),
  };
};

/** What the machine did between two readings; shares of all its cores' time, pressure as shares of wall time. */
export interface HostUsage {
  readonly busyRatio?: number;
  readonly stealRatio?: number;
  /** Share of the time in which some task waited for a core. */
  readonly cpuPressureRatio?: number;
  readonly memoryPressureRatio?: number;
  readonly ioPressureRatio?: number;
}

export const hostUsageBetween = (
  first: HostReading & { readonly atNs: number },
  last: HostReading & { readonly atNs: number },
): HostUsage => {
  const seconds = (last.atNs - first.atNs) / 1e9;
  const stalled = (key: 'cpuPressure' | 'memoryPressure' | 'ioPressure'): number | undefined => {
    const [before, after] = [first[key], last[key]];
    return before === undefined || after === undefined || seconds <= 0
      ? undefined
      : (after.someSeconds - before.someSeconds) / seconds;
  };
  const sumUp = (ticks: MachineTicks): number => ticks.user + ticks.system + ticks.idle + ticks.ioWait + ticks.steal;
  const total = first.ticks && last.ticks ? sumUp(last.ticks) - sumUp(first.ticks) : 0;
  const idle =
    first.ticks && last.ticks ? last.ticks.idle + last.ticks.ioWait - first.ticks.idle - first.ticks.ioWait : 0;
  return {
    ...present('busyRatio', total > 0 ? 1 - idle / total : undefined),
    ...present('stealRatio', total > 0 ? (last.ticks!.steal - first.ticks!.steal) / total : undefined),
    ...present('cpuPressureRatio', stalled('cpuPressure')),
    ...present('memoryPressureRatio', stalled('memoryPressure')),
    ...present('ioPressureRatio', stalled('ioPressure')),
  };
};
