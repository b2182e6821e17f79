import { type Clock, PitwallError } from '../../base/index.ts';
import { createProcessUsages, type ProcessUsage } from './by-process.ts';
import type { ProcessStat } from './parse.ts';
import { openProcReader } from './proc-reader.ts';
import { createThreadSum } from './thread-schedule.ts';
import { followTrees, isEnded, readIo, readPssBytes } from './tree.ts';
import { type ComponentUsage, meanOf, peakCpuPercent, peakOf, type UsageSample } from './usage.ts';

export interface RecorderTarget {
  readonly name: string;
  /** Its whole process tree is recorded, less the trees of other targets inside it. */
  readonly pid: number;
}

export interface RecorderOptions {
  readonly targets: readonly RecorderTarget[];
  readonly intervalMs: number;
  readonly clock: Clock;
  /** @default '/proc' */
  readonly procRoot?: string;
  /** Record the processes of the targets alone, without their trees. @default true */
  readonly includeChildren?: boolean;
  /** Read I/O counts into each sample. @default false */
  readonly includeIo?: boolean;
  /** Count context switches, a file more for each thread and sample. @default false */
  readonly includeContextSwitches?: boolean;
  /** Called with each sample, and with the processes in it. */
  readonly onSample?: (target: RecorderTarget, sample: UsageSample, processes: readonly ProcessUsage[]) => void;
}

export interface Recorder {
  /** Takes the end point and returns what each target used since the start, in the order of the targets. */
  stop(): ComponentUsage[];
}

/** PSS walks page tables (0.6 ms for a process of 50 MiB): never more often than this. */
const minPssIntervalMs = 1000;
/** ... and so rarely that it takes no more than this share of a core. */
const maxPssCpuRatio = 0.0025;

/**
 * Records the process trees of the targets until `stop()`. The first reading is taken at once; every sample
 * is the window between two readings, and the last one is taken by `stop()`. Deadlines are multiples of the
 * interval from the start, so readings never drift; one that is missed is left out, not made up for.
 *
 * Throws `observe.failed` when a target isn't there.
 */
export const startRecorder = (options: RecorderOptions): Recorder => {
  const { targets, clock, intervalMs } = options;
  const reader = openProcReader(options.procRoot ?? '/proc');
  for (const { name, pid } of targets) {
    if (reader.read(`${pid}/stat`) !== undefined) continue;
    reader.close();
    throw new PitwallError('observe.failed', `Can't record ${name}: there is no process ${pid}.`);
  }
  const trees = followTrees(
    reader,
    targets.map(({ pid }) => pid),
    options.includeChildren ?? true,
  );
  const recorded = targets.map((target) => ({
    target,
    threads: createThreadSum(reader, options.includeContextSwitches ?? false),
    usages: createProcessUsages(reader),
    samples: [] as UsageSample[],
    cpuTicks: 0,
    unavailable: new Map<string, string>(),
  }));
  const startNs = clock.nowNs();
  let lastNs = startNs;
  let nextPssNs = startNs + minPssIntervalMs * 1e6;

  const readAll = (isEndPoint: boolean): void => {
    const readings = trees.read();
    const nowNs = clock.nowNs();
    const windowMs = (nowNs - lastNs) / 1e6;
    const withPss = isEndPoint || nowNs >= nextPssNs;
    for (const [index, component] of recorded.entries()) {
      const { cpuTicks, processes } = readings[index]!;
      component.threads.update(processes);
      const cpuMs = ((cpuTicks - component.cpuTicks) / reader.ticksPerSecond) * 1000;
      component.cpuTicks = cpuTicks;
      if (windowMs <= 0) continue;
      const sample: UsageSample = {
        atMs: (nowNs - startNs) / 1e6,
        // A child read before its parent reaped it counts in both until the next reading.
        cpuPercent: Math.max(0, (100 * cpuMs) / windowMs),
        ...memoryOf(processes, reader.pageBytes),
        ...(withPss ? pssOf(component.unavailable, processes) : {}),
        ...(options.includeIo ? ioOf(component.unavailable, processes) : {}),
      };
      const last = component.samples.at(-1);
      if (isEndPoint && last !== undefined && windowMs < intervalMs / 4) {
        // So short a window says nothing by itself: clock ticks are 10 ms.
        component.samples[component.samples.length - 1] = joinSamples(
          component.samples.at(-2)?.atMs ?? 0,
          last,
          sample,
        );
        continue;
      }
      component.samples.push(sample);
      options.onSample?.(component.target, sample, component.usages(windowMs, processes));
    }
    if (withPss) {
      const costMs = (clock.nowNs() - nowNs) / 1e6;
      nextPssNs = nowNs + Math.max(minPssIntervalMs * 0.98, costMs / maxPssCpuRatio) * 1e6;
    }
    lastNs = nowNs;
  };
  const pssOf = (unavailable: Map<string, string>, processes: readonly ProcessStat[]) => {
    const pss = readPssBytes(reader, processes);
    if ('bytes' in pss) return { pssMiB: pss.bytes / mebi };
    unavailable.set('pssMiB', pss.reason);
    return {};
  };
  const ioOf = (unavailable: Map<string, string>, processes: readonly ProcessStat[]) => {
    const read = readIo(reader, processes);
    if ('io' in read) return { io: read.io };
    unavailable.set('io', read.reason);
    return {};
  };

  for (const [index, { processes }] of trees.read().entries()) {
    recorded[index]!.threads.update(processes);
    recorded[index]!.usages(0, processes);
  }
  const stopping = new AbortController();
  const loop = async (): Promise<void> => {
    for (let index = 1; ; index += 1) {
      const nextIndex = Math.ceil((clock.nowNs() - startNs) / (intervalMs * 1e6));
      index = Math.max(index, nextIndex);
      await clock.sleepUntilNs(startNs + index * intervalMs * 1e6, stopping.signal);
      readAll(false);
    }
  };
  let failure: unknown;
  loop().catch((error: unknown) => {
    if (error !== stopRequested) failure = error;
  });

  return {
    stop() {
      stopping.abort(stopRequested);
      readAll(true);
      reader.close();
      if (failure !== undefined) {
        throw new PitwallError('observe.failed', 'The recorder could not go on.', { cause: failure });
      }
      return recorded.map(({ target, threads, samples, cpuTicks, unavailable }) => {
        const withProcesses = samples.filter((sample) => sample.processes > 0);
        const cpuSeconds = Math.max(0, cpuTicks / reader.ticksPerSecond);
        const pssMiB = withProcesses.map((sample) => sample.pssMiB);
        if (threads.queueNs === undefined) unavailable.set('runQueueDelaySeconds', 'the kernel keeps no schedstat');
        return defined({
          name: target.name,
          cpuSeconds,
          cpuPercent: (100 * cpuSeconds) / ((lastNs - startNs) / 1e9),
          peakCpuPercent: peakCpuPercent(samples, 1000),
          rssMiB: meanOf(withProcesses.map((sample) => sample.rssMiB)) ?? 0,
          peakRssMiB: peakOf(samples.map((sample) => sample.rssMiB)) ?? 0,
          pssMiB: unavailable.has('pssMiB') ? undefined : meanOf(pssMiB),
          peakPssMiB: unavailable.has('pssMiB') ? undefined : peakOf(pssMiB),
          runQueueDelaySeconds: threads.queueNs === undefined ? undefined : threads.queueNs / 1e9,
          contextSwitches: threads.contextSwitches,
          processes: peakOf(samples.map((sample) => sample.processes)) ?? 0,
          samples,
          unavailable: [...unavailable].map(([quantity, reason]) => ({ quantity, reason })),
        });
      });
    },
  };
};

const stopRequested = Symbol('the recorder was stopped');
const mebi = 1024 * 1024;

/** One window of two that follow each other. */
const joinSamples = (startMs: number, first: UsageSample, second: UsageSample): UsageSample => {
  const usedMs = first.cpuPercent * (first.atMs - startMs) + second.cpuPercent * (second.atMs - first.atMs);
  return { ...first, ...second, cpuPercent: usedMs / (second.atMs - startMs) };
};

const memoryOf = (processes: readonly ProcessStat[], pageBytes: number) => {
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
