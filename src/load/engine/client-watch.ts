import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Clock } from '../../base/index.ts';

/*
 * Watches what the load generator itself uses, since a client without time measures its own queue.
 */

export interface CpuUse {
  readonly cpuSeconds: number;
  readonly elapsedSeconds: number;
}

export interface CpuWatch {
  /** Begins anew: what was before doesn't count. */
  reset(): void;
  /** CPU of the whole process since then. */
  read(): CpuUse;
}

export const watchCpu = (clock: Clock): CpuWatch => {
  let startNs = clock.nowNs();
  let startCpu = process.cpuUsage();
  return {
    reset: () => {
      startNs = clock.nowNs();
      startCpu = process.cpuUsage();
    },
    read: () => {
      const { user, system } = process.cpuUsage(startCpu);
      return { cpuSeconds: (user + system) / 1e6, elapsedSeconds: (clock.nowNs() - startNs) / 1e9 };
    },
  };
};

export interface LoopWatch {
  reset(): void;
  /** Ends the watch: how late the event loop of this thread was at the 99th percentile, in ms. */
  stop(): number;
}

const resolutionMs = 10;

export const watchLoop = (): LoopWatch => {
  const delay = monitorEventLoopDelay({ resolution: resolutionMs });
  delay.enable();
  return {
    reset: () => delay.reset(),
    stop: () => {
      delay.disable();
      // Its samples are whole gaps between its ticks, so an idle loop shows the resolution and 1 ms of timer grain.
      return delay.count === 0 ? 0 : Math.max(0, delay.percentile(99) / 1e6 - resolutionMs - 1);
    },
  };
};
