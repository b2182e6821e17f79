import type { Random } from '../stats/index.ts';

/** When requests are due, in ns after the start of the load; Infinity when no more are. */
export interface Schedule {
  /** Due time of the next request. */
  readonly dueNs: number;
  /** Moves on to the one after it. */
  advance(): void;
}

export interface Stage {
  readonly durationNs: number;
  /** Reached in a line at the end of the stage. */
  readonly ratePerS: number;
}

/** One worker's share of the arrivals. */
export interface Share {
  /** 0-based. */
  readonly worker: number;
  readonly workers: number;
}

export type Arrivals = 'constant' | 'poisson';

/**
 * A constant rate. With `constant` arrivals the workers take turns, so that together they send the same schedule as one; with
 * `poisson` each draws its own process of rate / workers, whose sum is one of the whole rate.
 */
export const rateSchedule = (ratePerS: number, arrivals: Arrivals, share: Share, random: Random): Schedule =>
  mapSchedule((unit) => (unit * 1e9) / ratePerS, arrivals, share, random);

/** Ramps, each from the rate of the stage before it (the first from 0). */
export const stagesSchedule = (stages: readonly Stage[], arrivals: Arrivals, share: Share, random: Random): Schedule =>
  mapSchedule(inverseOfStages(stages), arrivals, share, random);

/**
 * Arrivals on the scale of expected counts, where they are one a unit, mapped to time. `timeOf` is the inverse of the expected
 * count: for a Poisson process of any rate that is the time-change theorem.
 */
const mapSchedule = (timeOf: (unit: number) => number, arrivals: Arrivals, share: Share, random: Random): Schedule => {
  let index = share.worker;
  let unit = 0;
  const next = (): number => {
    if (arrivals === 'constant') {
      const due = timeOf(index);
      index += share.workers;
      return due;
    }
    unit += random.exponential(share.workers);
    return timeOf(unit);
  };
  const schedule = {
    dueNs: next(),
    advance: () => {
      schedule.dueNs = next();
    },
  };
  return schedule;
};

/**
 * The time at which the expected count reaches n. Within a stage from rate a to b over T the count is
 * a t + (b - a) t^2 / (2 T); its inverse is t = 2 n / (a + sqrt(a^2 + 2 n (b - a) / T)).
 */
const inverseOfStages = (stages: readonly Stage[]): ((unit: number) => number) => {
  const pieces: { startNs: number; startCount: number; from: number; slope: number; count: number }[] = [];
  let startNs = 0;
  let startCount = 0;
  let from = 0;
  for (const { durationNs, ratePerS } of stages) {
    const to = ratePerS / 1e9;
    const count = ((from + to) / 2) * durationNs;
    pieces.push({ startNs, startCount, from, slope: (to - from) / durationNs, count });
    startNs += durationNs;
    startCount += count;
    from = to;
  }
  return (unit) => {
    for (const piece of pieces) {
      const n = unit - piece.startCount;
      if (n >= piece.count) continue;
      if (n <= 0) return piece.startNs;
      return piece.startNs + (2 * n) / (piece.from + Math.sqrt(Math.max(0, piece.from ** 2 + 2 * n * piece.slope)));
    }
    return Number.POSITIVE_INFINITY;
  };
};
