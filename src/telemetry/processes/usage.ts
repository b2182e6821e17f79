import type { IoCounts } from './parse.ts';

/** One window of a component's process tree, ended at `atMs`. */
export interface UsageSample {
  /** End of the window, since the recorder started. */
  readonly atMs: number;
  /** Mean over the window, of one core. */
  readonly cpuPercent: number;
  /** Sum over the processes: shared pages count once for each. */
  readonly rssMiB: number;
  /** Shared pages count once in all. Read at most once a second: absent in the samples between. */
  readonly pssMiB?: number;
  readonly virtualMiB: number;
  readonly processes: number;
  /** Totals of the live processes since each began. */
  readonly io?: IoCounts;
}

/** What a component's process tree used from the recorder's start to its stop. */
export interface ComponentUsage {
  readonly name: string;
  /** Taken from the readings at both ends, children that ended meanwhile included. */
  readonly cpuSeconds: number;
  /** Mean over the window; 100 is one core. */
  readonly cpuPercent: number;
  /** The highest of the windows of 1 s (or of the sampling interval where that is longer); never below `cpuPercent`. */
  readonly peakCpuPercent: number;
  readonly rssMiB: number;
  readonly peakRssMiB: number;
  readonly pssMiB?: number;
  readonly peakPssMiB?: number;
  /** Time that its threads were ready to run and waited for a core. */
  readonly runQueueDelaySeconds?: number;
  /** Voluntary and involuntary, where asked for. */
  readonly contextSwitches?: number;
  /** The most processes seen at a time. */
  readonly processes: number;
  readonly samples: readonly UsageSample[];
  /** Why a quantity above is absent. */
  readonly unavailable: readonly { readonly quantity: string; readonly reason: string }[];
}

/**
 * Highest mean over the windows of `windowMs` and the whole, in percent of a core. The whole is one of them because
 * windows that fit into it badly leave out its ends: 1.2 s that begin and end busy have no second as busy as they are.
 */
export const peakCpuPercent = (samples: readonly UsageSample[], windowMs: number): number => {
  /** CPU milliseconds used until each sample, from which any window's mean is a difference. */
  const usedMs = [0];
  const atMs = [0];
  for (const sample of samples) {
    usedMs.push(usedMs.at(-1)! + (sample.cpuPercent / 100) * (sample.atMs - atMs.at(-1)!));
    atMs.push(sample.atMs);
  }
  const mean = (from: number, to: number): number =>
    atMs[to]! > atMs[from]! ? (100 * (usedMs[to]! - usedMs[from]!)) / (atMs[to]! - atMs[from]!) : 0;
  let peak = mean(0, atMs.length - 1);
  let from = 0;
  // A window that timers made a little short of a second is a second.
  const enoughMs = windowMs * 0.98;
  for (let to = 1; to < atMs.length; to += 1) {
    while (atMs[to]! - atMs[from + 1]! >= enoughMs) from += 1;
    if (atMs[to]! - atMs[from]! >= enoughMs) peak = Math.max(peak, mean(from, to));
  }
  return peak;
};

/** Mean of the defined values; undefined when there is none. */
export const averageMeasured = (values: readonly (number | undefined)[]): number | undefined => {
  const defined = values.filter((value) => value !== undefined);
  return defined.length === 0 ? undefined : defined.reduce((sum, value) => sum + value, 0) / defined.length;
};

/** Highest of the defined values; undefined when there is none. */
export const findPeak = (values: readonly (number | undefined)[]): number | undefined => {
  const defined = values.filter((value) => value !== undefined);
  return defined.length === 0 ? undefined : defined.reduce((peak, value) => Math.max(peak, value));
};
