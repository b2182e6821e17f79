import { writeFileSync } from 'node:fs';

/**
 * An alarm that rings within about 0.1 ms of its time, on an event loop whose timers have 1 ms.
 *
 * Far from the deadline it is a timer. In the last millisecond the thread sleeps in the kernel for a fraction
 * of it (`Atomics.wait`), looks for sockets that became ready (one turn of the loop), and sleeps again:
 * the loop is never away longer than a nap, and asleep, not spinning, the rest of the time. Naps grow while
 * turns find nothing to do, and shrink to the shortest when there is traffic.
 */
export interface Alarm {
  /** Rings at `deadlineNs`, once; an earlier deadline replaces a later one. */
  set(deadlineNs: number): void;
  /** Tells that this turn of the loop brought work: the next naps are short. */
  noteTraffic(): void;
  close(): void;
}

export interface AlarmOptions {
  readonly nowNs: () => number;
  /** Called when the deadline has come; returns the next one, or undefined. */
  readonly ring: () => number | undefined;
}

/**
 * Makes this process's sleeps end within microseconds of their time instead of the kernel's usual 50 (its main
 * thread's "timer slack"). Where the kernel refuses, they are that much later.
 */
export const sharpenTimers = (): void => {
  try {
    writeFileSync('/proc/self/timerslack_ns', '1000');
  } catch {}
};

const shortestNapNs = 60_000;
const longestNapNs = 480_000;
/** Sleeping ends a little late: the kernel's timer slack and the way back. */
const wakeUpNs = 15_000;
/** Further away than this, a timer waits: it is up to a millisecond late, which must still be early enough. */
const timerReachNs = 2_200_000;

export const createAlarm = ({ nowNs, ring }: AlarmOptions): Alarm => {
  const cell = new Int32Array(new SharedArrayBuffer(4));
  let deadlineNs: number | undefined;
  let timer: NodeJS.Timeout | undefined;
  let immediate: NodeJS.Immediate | undefined;
  let napNs = shortestNapNs;
  let hasTraffic = false;

  const arm = (): void => {
    if (deadlineNs === undefined || immediate !== undefined) return;
    const leftNs = deadlineNs - nowNs();
    if (leftNs > timerReachNs) {
      if (timer !== undefined) clearTimeout(timer);
      timer = setTimeout(onTimer, Math.floor(leftNs / 1e6) - 1);
      return;
    }
    if (timer !== undefined) clearTimeout(timer);
    timer = undefined;
    immediate = setImmediate(onTurn);
  };
  const onTimer = (): void => {
    timer = undefined;
    turn();
  };
  const onTurn = (): void => {
    immediate = undefined;
    turn();
  };
  const turn = (): void => {
    if (deadlineNs === undefined) return;
    const leftNs = deadlineNs - nowNs();
    if (leftNs > wakeUpNs) {
      napNs = hasTraffic ? shortestNapNs : Math.min(longestNapNs, napNs * 2);
      hasTraffic = false;
      if (leftNs <= timerReachNs) {
        Atomics.wait(cell, 0, 0, Math.min(leftNs - wakeUpNs, napNs) / 1e6);
      }
    }
    if (deadlineNs - nowNs() <= wakeUpNs) {
      deadlineNs = undefined;
      deadlineNs = ring();
    }
    arm();
  };

  return {
    set(nextNs) {
      if (deadlineNs !== undefined && deadlineNs <= nextNs) return;
      deadlineNs = nextNs;
      arm();
    },
    noteTraffic() {
      hasTraffic = true;
    },
    close() {
      if (timer !== undefined) clearTimeout(timer);
      if (immediate !== undefined) clearImmediate(immediate);
      deadlineNs = undefined;
    },
  };
};
