/** A station or a limit in the simulation: equal copies of some places, each with its queue, first come first served. */
export interface WaitingRoom {
  /** Takes a place and says true, or joins the queue and says false. */
  enter(copy: number, customer: number, nowMs: number): boolean;
  /** Gives a place back; whoever waited longest has it now and is named, else -1. */
  leave(copy: number, nowMs: number): number;
  /** The place, among the copies from `first` on, of the one that one more brings least beyond its share; ties go to the next from `start`. */
  emptiest(first: number, shares: readonly number[], start: number): number;
  /** Means over time count from here. */
  startCounting(nowMs: number): void;
  /** Mean numbers of customers waiting and of places taken, over all copies. */
  means(nowMs: number): { readonly waiting: number; readonly busy: number };
}

export const createWaitingRoom = (placesEach: number, copies: number): WaitingRoom => {
  const free = new Float64Array(copies).fill(placesEach);
  const present = new Int32Array(copies);
  const queues = Array.from({ length: copies }, () => createQueue());
  let waiting = 0;
  let busy = 0;
  let waitingArea = 0;
  let busyArea = 0;
  let sinceMs = 0;
  let lastMs = 0;
  const count = (nowMs: number): void => {
    waitingArea += waiting * (nowMs - lastMs);
    busyArea += busy * (nowMs - lastMs);
    lastMs = nowMs;
  };
  return {
    enter(copy, customer, nowMs) {
      count(nowMs);
      present[copy]! += 1;
      if (free[copy]! > 0) {
        free[copy]! -= 1;
        busy += 1;
        return true;
      }
      queues[copy]!.push(customer);
      waiting += 1;
      return false;
    },
    leave(copy, nowMs) {
      count(nowMs);
      present[copy]! -= 1;
      const next = queues[copy]!.shift();
      if (next >= 0) {
        waiting -= 1;
        return next;
      }
      free[copy]! += 1;
      busy -= 1;
      return -1;
    },
    emptiest(first, shares, start) {
      const chooseFill = (copy: number): number => (present[first + copy]! + 1) / shares[copy]!;
      let best = start;
      for (let turn = 1; turn < shares.length; turn += 1) {
        const candidate = (start + turn) % shares.length;
        if (chooseFill(candidate) < chooseFill(best)) best = candidate;
      }
      return best;
    },
    startCounting(nowMs) {
      waitingArea = 0;
      busyArea = 0;
      sinceMs = nowMs;
      lastMs = nowMs;
    },
    means(nowMs) {
      count(nowMs);
      const spanMs = nowMs - sinceMs;
      return { waiting: waitingArea / spanMs, busy: busyArea / spanMs };
    },
  };
};

/** First in, first out; the front is a cursor, and what was taken is dropped now and then. */
const createQueue = () => {
  let items: number[] = [];
  let front = 0;
  return {
    push(item: number): void {
      items.push(item);
    },
    /** The oldest, or -1. */
    shift(): number {
      if (front === items.length) return -1;
      const item = items[front]!;
      front += 1;
      if (front > 512 && front * 2 > items.length) {
        items = items.slice(front);
        front = 0;
      }
      return item;
    },
  };
};
