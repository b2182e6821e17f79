import type { Random } from '../../stats/recording/index.ts';

/** A process of arrivals: when requests are due, in ns after the start of the load; Infinity when no more are. */
export interface Arrivals {
  /** Due time of the next request. */
  readonly dueNs: number;
  /** The time that those before it take at their rate. */
  readonly takenNs: number;
  /** Moves on to the one after it. */
  advance(): void;
}

export interface RampStep {
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

/** A constant rate. The workers take turns, so that together they send the same requests at the same times as one. */
export const constantArrivals = (ratePerS: number, share: Share): Arrivals => evenly(constantRate(ratePerS), share);

/** A Poisson process: each worker draws its own of rate / workers, and their sum is one of the whole rate. */
export const poissonArrivals = (ratePerS: number, share: Share, random: Random): Arrivals =>
  atRandom(constantRate(ratePerS), share, random);

/** Ramps, each from the rate of the stage before it (the first from 0); a Poisson process of that rate where `random` is given. */
export const rampingArrivals = (stages: readonly RampStep[], share: Share, random?: Random): Arrivals => {
  const computeTime = invertStages(stages);
  return random === undefined ? evenly(computeTime, share) : atRandom(computeTime, share, random);
};

/** So many at once, every `everyNs`, from the first moment. A burst takes the time until the next, also where it is not whole. */
export const burstArrivals = (size: number, everyNs: number, share: Share): Arrivals =>
  evenly(
    (unit) => Math.floor(unit / size) * everyNs,
    share,
    (unit) => Math.ceil((unit - share.workers + 1) / size) * everyNs,
  );

/**
 * When the expected count reaches a number. Arrivals are made on the scale of expected counts, where they are one a unit, and mapped to
 * time by it: for a Poisson process of any rate that is the time-change theorem.
 */
type TimeOf = (unit: number) => number;

const constantRate =
  (ratePerS: number): TimeOf =>
  (unit) =>
    (unit * 1e9) / ratePerS;

const evenly = (timeOf: TimeOf, { worker, workers }: Share, timeTaken: TimeOf = timeOf): Arrivals => {
  let index = worker;
  const arrivals = {
    dueNs: timeOf(index),
    get takenNs() {
      return timeTaken(index);
    },
    advance: () => {
      index += workers;
      arrivals.dueNs = timeOf(index);
    },
  };
  return arrivals;
};

const atRandom = (timeOf: TimeOf, { workers }: Share, random: Random): Arrivals => {
  let unit = random.exponential(workers);
  const arrivals = {
    dueNs: timeOf(unit),
    get takenNs() {
      return arrivals.dueNs;
    },
    advance: () => {
      unit += random.exponential(workers);
      arrivals.dueNs = timeOf(unit);
    },
  };
  return arrivals;
};

/**
 * The time at which the expected count reaches n. Within a stage from rate a to b over T the count is
 * a t + (b - a) t^2 / (2 T); its inverse is t = 2 n / (a + sqrt(a^2 + 2 n (b - a) / T)).
 */
const invertStages = (stages: readonly RampStep[]): TimeOf => {
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
