import type { ProcessStat } from '../../base/index.ts';
import { createProcessUsages, type ProcessUsage } from './by-process.ts';
import type { ProcReader } from './proc-reader.ts';
import { createThreadSum, type ThreadSum } from './thread-schedule.ts';
import { isEnded, readIo, readProportion, type TreeReading, withResidentPages } from './tree.ts';
import { averageMeasured, type ComponentUsage, findPeak, peakCpuPercent, type UsageSample } from './usage.ts';

/** What is read into each sample beside CPU time and resident memory. */
export interface RecordedQuantities {
  readonly io: boolean;
  readonly contextSwitches: boolean;
}

/** A window between two readings. */
export interface RecordedWindow {
  /** Its end, since the recorder started. */
  readonly atMs: number;
  readonly windowMs: number;
  /** Read the proportional set size too, which is dear. */
  readonly withPss: boolean;
  /** So short that it says nothing by itself (clock ticks are 10 ms): it is joined with the window before it. */
  readonly isRest: boolean;
}

/** The samples of one target's process tree, and what they add up to. */
export class RecordedTree {
  private readonly name: string;
  private readonly reader: ProcReader;
  private readonly quantities: RecordedQuantities;
  private readonly threads: ThreadSum;
  private readonly usages: (windowMs: number, processes: readonly ProcessStat[]) => readonly ProcessUsage[];
  private readonly samples: UsageSample[] = [];
  /** Looks between the samples, for what ends before the first of them. */
  private readonly glances: Memory[] = [];
  private lastMemory: Memory | undefined;
  private cpuTicks = 0;
  private readonly unavailable = new Map<string, string>();

  constructor(name: string, reader: ProcReader, quantities: RecordedQuantities) {
    this.name = name;
    this.reader = reader;
    this.quantities = quantities;
    this.threads = createThreadSum(reader, quantities.contextSwitches);
    this.usages = createProcessUsages(reader);
  }

  /** The first reading, from which the first window is counted. */
  begin(reading: TreeReading): void {
    this.usages(0, reading.processes);
    this.glance(reading);
  }

  /** A look between two samples. */
  glance({ processes }: TreeReading): void {
    this.threads.update(processes);
    const memory = readMemory(
      processes.map((one) => withResidentPages(this.reader, one)),
      this.reader.pageBytes,
    );
    if (memory.processes === 0) return;
    this.glances.push(memory);
    this.lastMemory = memory;
  }

  /** The window that a reading ends, with the processes in it; undefined where it makes no sample of its own. */
  sample(
    reading: TreeReading,
    { atMs, windowMs, withPss, isRest }: RecordedWindow,
  ): { readonly sample: UsageSample; readonly processes: readonly ProcessUsage[] } | undefined {
    const processes = reading.processes.map((one) => withResidentPages(this.reader, one));
    this.threads.update(processes);
    const cpuMs = ((reading.cpuTicks - this.cpuTicks) / this.reader.ticksPerSecond) * 1000;
    this.cpuTicks = reading.cpuTicks;
    if (windowMs <= 0) return undefined;
    const sample: UsageSample = {
      atMs,
      // A child read before its parent reaped it counts in both until the next reading.
      cpuPercent: Math.max(0, (100 * cpuMs) / windowMs),
      ...this.memoryAt(processes, withPss),
      ...(this.quantities.io ? this.ioOf(processes) : {}),
    };
    const last = this.samples.at(-1);
    if (isRest && last !== undefined) {
      this.samples[this.samples.length - 1] = joinSamples(this.samples.at(-2)?.atMs ?? 0, last, sample);
      return undefined;
    }
    this.samples.push(sample);
    return { sample, processes: this.usages(windowMs, processes) };
  }

  /** What the tree used in all of `elapsedMs`. */
  total(elapsedMs: number): ComponentUsage {
    const { samples, threads, unavailable } = this;
    const lively = samples.filter((sample) => sample.processes > 0);
    const withProcesses: readonly (Memory & Pick<UsageSample, 'pssMiB'>)[] = lively.length > 0 ? lively : this.glances;
    const cpuSeconds = Math.max(0, this.cpuTicks / this.reader.ticksPerSecond);
    const pssMiB = withProcesses.map((sample) => sample.pssMiB);
    if (threads.queueNs === undefined) unavailable.set('runQueueDelaySeconds', 'the kernel keeps no schedstat');
    return defined({
      name: this.name,
      cpuSeconds,
      cpuPercent: (100 * cpuSeconds) / (elapsedMs / 1e3),
      peakCpuPercent: peakCpuPercent(samples, 1000),
      rssMiB: averageMeasured(withProcesses.map((sample) => sample.rssMiB)) ?? 0,
      peakRssMiB: findPeak(withProcesses.map((sample) => sample.rssMiB)) ?? 0,
      pssMiB: unavailable.has('pssMiB') ? undefined : averageMeasured(pssMiB),
      peakPssMiB: unavailable.has('pssMiB') ? undefined : findPeak(pssMiB),
      runQueueDelaySeconds: threads.queueNs === undefined ? undefined : threads.queueNs / 1e9,
      contextSwitches: threads.contextSwitches,
      processes: findPeak(withProcesses.map((sample) => sample.processes)) ?? 0,
      samples,
      unavailable: [...unavailable].map(([quantity, reason]) => ({ quantity, reason })),
    });
  }

  /** When all have ended, what they last had: they had it in a part of this window. */
  private memoryAt(processes: readonly ProcessStat[], withPss: boolean): Memory & Pick<UsageSample, 'pssMiB'> {
    const memory = readMemory(processes, this.reader.pageBytes);
    if (memory.processes === 0) return { ...(this.lastMemory ?? memory), processes: 0 };
    const exact = withPss ? readProportion(this.reader, processes) : undefined;
    if (exact !== undefined && 'reason' in exact) this.unavailable.set('pssMiB', exact.reason);
    if (exact === undefined || 'reason' in exact) {
      this.lastMemory = memory;
      return memory;
    }
    this.lastMemory = { ...memory, rssMiB: exact.residentBytes / mebi };
    return { ...this.lastMemory, pssMiB: exact.proportionalBytes / mebi };
  }

  private ioOf(processes: readonly ProcessStat[]): Pick<UsageSample, 'io'> {
    const read = readIo(this.reader, processes);
    if ('io' in read) return { io: read.io };
    this.unavailable.set('io', read.reason);
    return {};
  }
}

const mebi = 1024 * 1024;

type Memory = Pick<UsageSample, 'rssMiB' | 'virtualMiB' | 'processes'>;

/** One window of two that follow each other. */
const joinSamples = (startMs: number, first: UsageSample, second: UsageSample): UsageSample => {
  const usedMs = first.cpuPercent * (first.atMs - startMs) + second.cpuPercent * (second.atMs - first.atMs);
  // Where nothing ran in a window any more, only its CPU time is new.
  const processes = second.processes > 0 ? second.processes : first.processes;
  return { ...first, ...second, processes, cpuPercent: usedMs / (second.atMs - startMs) };
};

const readMemory = (processes: readonly ProcessStat[], pageBytes: number): Memory => {
  const live = processes.filter((process) => !isEnded(process));
  return {
    rssMiB: (live.reduce((sum, process) => sum + process.residentPages, 0) * pageBytes) / mebi,
    virtualMiB: live.reduce((sum, process) => sum + process.virtualBytes, 0) / mebi,
    processes: live.length,
  };
};

/** Leaves out what is undefined: an absent quantity has no key. */
const defined = <T extends { [K in keyof ComponentUsage]: ComponentUsage[K] | undefined }>(usage: T): ComponentUsage =>
  Object.fromEntries(Object.entries(usage).filter(([, value]) => value !== undefined)) as unknown as ComponentUsage;
