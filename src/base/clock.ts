import { longestTimerMs } from './deadline.ts';

/** Time as a parameter, so that whatever waits can be tested without time passing. */
export interface Clock {
  /** Monotonic nanoseconds from an arbitrary origin: only differences mean anything. */
  nowNs(): number;
  /** Wall-clock milliseconds since 1970 (UTC), for time stamps that people read. */
  unixMs(): number;
  /** Resolves at `deadlineNs` on the `nowNs` scale; rejects with `signal.reason` when aborted. */
  sleepUntilNs(deadlineNs: number, signal?: AbortSignal): Promise<void>;
}

/**
 * The machine's clock. A double holds integer nanoseconds exactly for 104 days of uptime, and
 * `performance.now()` counts from the start of the process.
 */
export const systemClock: Clock = {
  nowNs: () => Math.round(performance.now() * 1e6),
  unixMs: () => Date.now(),
  sleepUntilNs: (deadlineNs, signal) =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) {
        reject(signal.reason);
        return;
      }
      const onAbort = () => {
        clearTimeout(timer);
        reject(signal?.reason);
      };
      let timer: NodeJS.Timeout;
      const wait = () => {
        const delayMs = Math.max(0, (deadlineNs - systemClock.nowNs()) / 1e6);
        timer = setTimeout(
          () => {
            if (delayMs > longestTimerMs) return wait();
            signal?.removeEventListener('abort', onAbort);
            resolve();
          },
          Math.min(delayMs, longestTimerMs),
        );
      };
      wait();
      signal?.addEventListener('abort', onAbort, { once: true });
    }),
};

/** Nanoseconds since this machine started: alike in all its processes, in network namespaces too (CLOCK_MONOTONIC). */
export const machineNowNs = (): number => Number(process.hrtime.bigint());

/** Waits for a span of time on the given clock. */
export const sleepMs = (clock: Clock, delayMs: number, signal?: AbortSignal): Promise<void> =>
  clock.sleepUntilNs(clock.nowNs() + delayMs * 1e6, signal);
