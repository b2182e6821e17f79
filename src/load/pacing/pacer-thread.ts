/* A thread that sleeps until a time on a futex and then sends a message: see waker.ts. */
import { parentPort, workerData } from 'node:worker_threads';
import type { PacerMemory } from './waker.ts';

/** How late the kernel's timers wake a thread (its timer slack is 50 us). */
const slackMs = 0.06;
/** This near is now. */
const nearMs = 0.03;

const { memory, timeOriginMs } = workerData as { readonly memory: PacerMemory; readonly timeOriginMs: number };
const { due, orders } = memory;
/** `performance.now()` counts from another origin in each thread. */
const offsetMs = timeOriginMs - performance.timeOrigin;

parentPort?.postMessage('ready');

for (let done = 0; ; ) {
  const order = Atomics.load(orders, 0);
  if (order === done) {
    Atomics.wait(orders, 0, order);
    continue;
  }
  const waitMs = due[0]! + offsetMs - performance.now();
  if (waitMs > nearMs) {
    // A new order ends the wait; then the loop looks at its time instead.
    Atomics.wait(orders, 0, order, Math.max(0.001, waitMs - slackMs));
    continue;
  }
  done = order;
  parentPort?.postMessage('due');
}
