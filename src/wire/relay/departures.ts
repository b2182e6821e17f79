import { createTimer } from './timer.ts';

/** A queue whose head leaves at a known time. */
export interface Departing {
  /** When its head is due; Infinity when it is empty. */
  readonly headNs: number;
  /** Lets go of all that is due by `untilNs`. */
  depart(untilNs: number): void;
}

/** Many queues on one timer. */
export interface Departures {
  /** A queue that was empty got a head. */
  add(queue: Departing): void;
  /** When what is being read now came in. */
  arrivalNs(): number;
  close(): void;
}

export const createDepartures = (nowNs: () => number): Departures => {
  /** A binary heap by `headNs`; a queue is in it while it has a head. */
  const heap: Departing[] = [];
  /** Heads as they were when the queue went in: a queue's head changes only while it is out. */
  const keys: number[] = [];

  const push = (queue: Departing): void => {
    let at = heap.length;
    const key = queue.headNs;
    while (at > 0) {
      const up = (at - 1) >> 1;
      if (keys[up]! <= key) break;
      heap[at] = heap[up]!;
      keys[at] = keys[up]!;
      at = up;
    }
    heap[at] = queue;
    keys[at] = key;
  };
  const pop = (): Departing => {
    const top = heap[0]!;
    const queue = heap.pop()!;
    const key = keys.pop()!;
    if (heap.length === 0) return top;
    let at = 0;
    for (;;) {
      let down = 2 * at + 1;
      if (down >= heap.length) break;
      if (down + 1 < heap.length && keys[down + 1]! < keys[down]!) down += 1;
      if (keys[down]! >= key) break;
      heap[at] = heap[down]!;
      keys[at] = keys[down]!;
      at = down;
    }
    heap[at] = queue;
    keys[at] = key;
    return top;
  };

  /** What is due within this leaves now: waiting for it would take a turn of the loop, and be as much late. */
  const slackNs = 40_000;
  const timer = createTimer({
    nowNs,
    ring() {
      while (heap.length > 0) {
        const untilNs = nowNs() + slackNs;
        if (keys[0]! > untilNs) return keys[0]!;
        const queue = pop();
        queue.depart(untilNs);
        if (queue.headNs < Number.POSITIVE_INFINITY) push(queue);
      }
      return undefined;
    },
  });
  return {
    add(queue) {
      push(queue);
      timer.set(keys[0]!);
    },
    arrivalNs: timer.arrivalNs,
    close: timer.close,
  };
};
