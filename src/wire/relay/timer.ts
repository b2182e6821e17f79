import { writeFileSync } from 'node:fs';

/**
 * A timer that fires within about 0.1 ms of its time, on an event loop whose timers have 1 ms.
 *
 * Far from the deadline it is a timer. In the last millisecond the thread sleeps in the kernel for a fraction
 * of it (`Atomics.wait`), looks for sockets that became ready (one turn of the loop), and sleeps again:
 * the loop is never away longer than a nap, and asleep, not spinning, the rest of the time. Naps grow while
 * turns find nothing to do, and shrink to the shortest when there is traffic.
 */
export interface Timer {
  /** Rings at `deadlineNs`, once; an earlier deadline replaces a later one. */
  set(deadlineNs: number): void;
  /**
   * When what this turn of the loop found ready came in, as well as can be told: all of it came while the thread
   * slept, so the middle of the nap is the best guess, and the same for all. Tells that there is traffic, too:
   * the next naps are short.
   */
  arrivalNs(): number;
  close(): void;
}

export interface TimerOptions {
  readonly nowNs: () => number;
  /** Called when the deadline has come; returns the next one, or undefined. */
  readonly ring: () => number | undefined;
}

/**
 * Makes this process's sleeps end within microseconds of their time instead of the kernel's usual 50 (its main
 * thread's "timer slack"). Where the kernel refuses, they are that much later.
 */
export const setTimerSlack = (): void => {
  try {
    writeFileSync('/proc/self/timerslack_ns', '1000');
  } catch {}
};

const shortestNapNs = 100_000;
/**
 * What comes in during a nap is noticed at its end, and stamped with its middle; but answers come soon after a departure, early in a
 * nap. With longer naps a few connections fall into step with them: at 0.8 ms a round trip of 1 ms took 2.2, and looked like 1.1.
 */
const longestNapNs = 200_000;
/** Sleeping ends about this much late: the kernel's timer slack and the way back to the thread. */
const wakeUpNs = 30_000;
/** Further away than this, a timer waits for the whole milliseconds, less what it may be late. */
const timerReachNs = 1_400_000;
const timerLateNs = 300_000;

export const createTimer = ({ nowNs, ring }: TimerOptions): Timer => {
  const cell = new Int32Array(new SharedArrayBuffer(4));
  let deadlineNs: number | undefined;
  let timer: NodeJS.Timeout | undefined;
  let immediate: NodeJS.Immediate | undefined;
  let napNs = shortestNapNs;
  let hasTraffic = false;
  let sleptNs = 0;
  let turnNs: number | undefined;

  const endTurn = (): void => {
    turnNs = undefined;
    hasTraffic = false;
  };
  const arm = (): void => {
    if (deadlineNs === undefined) sleptNs = 0;
    if (deadlineNs === undefined || immediate !== undefined) return;
    const leftNs = deadlineNs - nowNs();
    if (leftNs > timerReachNs) {
      sleptNs = 0;
      if (timer !== undefined) clearTimeout(timer);
      timer = setTimeout(onTimer, Math.floor((leftNs - timerLateNs) / 1e6));
      return;
    }
    if (timer !== undefined) clearTimeout(timer);
    timer = undefined;
    immediate = setImmediate(onTurn);
  };
  const onTimer = (): void => {
    timer = undefined;
    // It was quiet for a millisecond, and may well stay so.
    napNs = longestNapNs;
    turn();
  };
  const onTurn = (): void => {
    immediate = undefined;
    turn();
  };
  const turn = (): void => {
    sleptNs = 0;
    if (deadlineNs === undefined) return;
    const leftNs = deadlineNs - nowNs();
    if (leftNs > wakeUpNs) {
      napNs = hasTraffic ? shortestNapNs : Math.min(longestNapNs, napNs * 2);
      if (leftNs <= timerReachNs) {
        sleptNs = Math.min(leftNs - wakeUpNs, napNs);
        Atomics.wait(cell, 0, 0, sleptNs / 1e6);
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
    arrivalNs() {
      hasTraffic = true;
      if (turnNs === undefined) {
        turnNs = nowNs() - sleptNs / 2;
        // Runs when the sockets of this turn have been read.
        setImmediate(endTurn);
      }
      return turnNs;
    },
    close() {
      if (timer !== undefined) clearTimeout(timer);
      if (immediate !== undefined) clearImmediate(immediate);
      deadlineNs = undefined;
    },
  };
};
