import { debuglog } from 'node:util';
import type { LoadResult } from '../job/types.ts';

const debug = debuglog('pitwall:load');

/** One trial of the search. */
export interface RateTrial {
  readonly ratePerS: number;
  /** The condition held, and the rate was reached. */
  readonly holds: boolean;
  /** Why not. */
  readonly reason: string;
  readonly result: LoadResult;
}

export interface FindRateOptions {
  /** Runs an open loop at a rate. */
  readonly run: (ratePerS: number) => Promise<LoadResult>;
  /** What is wrong with a result; '' when the condition holds. */
  readonly judge: (result: LoadResult) => string;
  readonly startRatePerS: number;
  /** Below it the search gives up. @default a thousandth of the start */
  readonly leastRatePerS?: number;
  /** How near the highest rate that holds and the lowest that doesn't must come. @default 0.05 */
  readonly precision?: number;
  readonly onTrial?: (trial: RateTrial) => void;
}

const mostDoublings = 24;
/** Below this share of its plan a load has not reached its rate. */
const reachedRatio = 0.98;

/**
 * Searches the highest rate at which the condition holds: doubles until it doesn't, then halves the distance (on a log scale)
 * between the two. Gives all trials; the answer is the highest that holds, none when not even the start does at a 1,000th.
 */
export const findRate = async (
  options: FindRateOptions,
): Promise<{ readonly ratePerS: number | undefined; readonly trials: readonly RateTrial[] }> => {
  const { startRatePerS, leastRatePerS = startRatePerS / 1000, precision = 0.05 } = options;
  const trials: RateTrial[] = [];
  const holdsAt = async (ratePerS: number): Promise<boolean> => {
    const result = await options.run(ratePerS);
    const failure = notReached(result) || options.judge(result);
    const reason = failure === '' ? '' : (ownLimit(result) ?? failure);
    const trial = { ratePerS, holds: reason === '', reason, result };
    trials.push(trial);
    debug('trial at %d requests/s: %s', ratePerS, trial.holds ? 'holds' : reason);
    options.onTrial?.(trial);
    return trial.holds;
  };
  let low: number | undefined;
  let high: number | undefined;
  for (
    let rate = startRatePerS, tries = 0;
    tries < mostDoublings && (low === undefined || high === undefined);
    tries++
  ) {
    if (await holdsAt(rate)) {
      low = rate;
      rate *= 2;
    } else {
      high = rate;
      rate /= 2;
      if (low === undefined && rate < leastRatePerS) return { ratePerS: undefined, trials };
    }
  }
  while (low !== undefined && high !== undefined && high / low > 1 + precision) {
    const middle = roundRate(Math.sqrt(low * high));
    if (middle <= low || middle >= high) break;
    if (await holdsAt(middle)) low = middle;
    else high = middle;
  }
  return { ratePerS: low, trials };
};

/** Three digits say what the search knows. */
const roundRate = (rate: number): number => Number(rate.toPrecision(3));

/** Judged by what was due: chance sets how many requests of a Poisson process that is, and a short trial holds no broken number. */
const notReached = ({ requestsPerSecond, counts, elapsedMs }: LoadResult): string => {
  const planned = Object.values(counts).reduce((sum, count) => sum + count, 0);
  if (planned === 0) return 'no request was due: give a longer -z';
  return (requestsPerSecond * elapsedMs) / 1_000 >= planned * reachedRatio
    ? ''
    : `only ${requestsPerSecond.toFixed(1)} requests/s succeeded`;
};

/**
 * A client that was late fails no trial by itself: response times run from when requests were due, so its lateness is in them, and what holds
 * with it holds. But where a trial fails it may be the reason.
 */
const ownLimit = ({ flags }: LoadResult): string | undefined => {
  const raised = flags.find(({ name, ok }) => (name === 'schedule' || name === 'client-cpu') && !ok);
  return raised === undefined ? undefined : `the load generator is the limit: ${raised.explain}`;
};
