import type { Clock } from '../base/index.ts';

/** Calls back at a time. A new time replaces the one before. */
export interface Waker {
  wakeAt(dueNs: number): void;
  close(): void;
}

/** setTimeout takes at most this. */
const longestMs = 2 ** 31 - 1;

/** Wakes by the event loop's timers, whose grain is a millisecond. */
export const openWaker = (clock: Clock, wake: () => void): Waker => {
  let timer: NodeJS.Timeout | undefined;
  let isClosed = false;
  return {
    wakeAt: (dueNs) => {
      clearTimeout(timer);
      if (isClosed || dueNs === Number.POSITIVE_INFINITY) return;
      timer = setTimeout(wake, Math.min(longestMs, Math.max(0, (dueNs - clock.nowNs()) / 1e6)));
    },
    close: () => {
      isClosed = true;
      clearTimeout(timer);
    },
  };
};
