import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Clock } from '../base/index.ts';

export interface ClientUse {
  readonly cpuSeconds: number;
  readonly elapsedSeconds: number;
  readonly eventLoopDelayP99Ms: number;
}

export interface ClientWatch {
  /** Begins anew: what was before doesn't count. */
  reset(): void;
  /** Ends the watch. CPU is of the whole process, the delay of the loop that started the watch. */
  stop(): ClientUse;
}

const resolutionMs = 10;

/** Watches what the load generator itself uses, since a client without time measures its own queue. */
export const watchClient = (clock: Clock): ClientWatch => {
  const delay = monitorEventLoopDelay({ resolution: resolutionMs });
  delay.enable();
  let startNs = clock.nowNs();
  let startCpu = process.cpuUsage();
  return {
    reset: () => {
      delay.reset();
      startNs = clock.nowNs();
      startCpu = process.cpuUsage();
    },
    stop: () => {
      delay.disable();
      const { user, system } = process.cpuUsage(startCpu);
      // The monitor's samples are whole gaps between its ticks, so an idle loop shows its resolution (and 1 ms of timer grain).
      const p99Ms = delay.count === 0 ? 0 : Math.max(0, delay.percentile(99) / 1e6 - resolutionMs - 1);
      return {
        cpuSeconds: (user + system) / 1e6,
        elapsedSeconds: (clock.nowNs() - startNs) / 1e9,
        eventLoopDelayP99Ms: p99Ms,
      };
    },
  };
};
