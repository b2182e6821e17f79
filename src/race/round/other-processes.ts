import { cpus } from 'node:os';
import type { Clock } from '../../base/index.ts';
import type { Telemetry } from '../../result/index.ts';
import type { ComponentUsage } from '../../telemetry/index.ts';

/** What only pitwall can tell about the time of a round. */
export interface RoundTime {
  /** How far the wall clock ran away from the monotonic one: it was set, or the machine slept. */
  readonly clockJumpMs: number;
  readonly elapsedSeconds: number;
  /** CPU of pitwall's own process. */
  readonly ownCpuSeconds: number;
}

/** Begins to watch; the function that it gives back ends it. */
export const watchTime = (clock: Clock): (() => RoundTime) => {
  const ownCpu = process.cpuUsage();
  const startNs = clock.nowNs();
  const startUnixMs = clock.unixMs();
  return () => {
    const elapsedMs = (clock.nowNs() - startNs) / 1e6;
    const { user, system } = process.cpuUsage(ownCpu);
    return {
      clockJumpMs: clock.unixMs() - startUnixMs - elapsedMs,
      elapsedSeconds: elapsedMs / 1_000,
      ownCpuSeconds: (user + system) / 1e6,
    };
  };
};

type Machine = NonNullable<Telemetry['machine']>;

/** Adds the share of the machine that went to processes which are no part of the race. */
export const withOthers = (
  machine: Machine,
  usage: readonly ComponentUsage[],
  { elapsedSeconds, ownCpuSeconds }: RoundTime,
): Machine => {
  const { busyRatio, stealRatio = 0 } = machine;
  if (busyRatio === undefined) return machine;
  const raceSeconds = usage.reduce((sum, { cpuSeconds }) => sum + cpuSeconds, ownCpuSeconds);
  const otherRatio = Math.max(0, busyRatio - stealRatio - raceSeconds / (cpus().length * elapsedSeconds));
  return { ...machine, otherRatio };
};
