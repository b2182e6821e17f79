import { once } from 'node:events';
import type { Clock } from '../../base/index.ts';
import { startThread } from '../thread.ts';

/** Calls back at a time. A new time replaces the one before. */
export interface Waker {
  wakeAt(dueNs: number): void;
  close(): void;
}

/** What the event loop and the pacer thread share: `due` in ms of `performance.now()` of the loop, and a count of the orders. */
export interface PacerMemory {
  readonly due: Float64Array;
  readonly orders: Int32Array;
}

/** Wakes closer together than this are put into one: below it waking would cost more than sending. */
const shortestNs = 200_000;

/**
 * Opens a waker with a grain of some 50 us. The event loop's own timers have one of 1 ms, which would add half a millisecond to
 * every response time, and spinning would take a core from the server under test; so a thread sleeps on a futex and sends a
 * message when it is time.
 */
export const openWaker = async (clock: Clock, wake: () => void): Promise<Waker> => {
  const memory: PacerMemory = {
    due: new Float64Array(new SharedArrayBuffer(8)),
    orders: new Int32Array(new SharedArrayBuffer(4)),
  };
  const thread = startThread('./pacer-thread', import.meta.url, { memory, timeOriginMs: performance.timeOrigin });
  await once(thread, 'message');
  thread.on('message', wake);
  return {
    wakeAt: (dueNs) => {
      if (dueNs === Number.POSITIVE_INFINITY) return;
      memory.due[0] = performance.now() + Math.max(shortestNs, dueNs - clock.nowNs()) / 1e6;
      Atomics.add(memory.orders, 0, 1);
      Atomics.notify(memory.orders, 0);
    },
    close: () => {
      thread.off('message', wake);
      void thread.terminate();
    },
  };
};
