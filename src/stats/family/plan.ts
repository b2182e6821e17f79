import { mostBlocks, roughCriticalValues } from './critical.ts';

/** Nobody waits for more blocks than this; "more than a million" needs no digits. */
const countLimit = 1_000_000;

/** Blocks until a true difference of logs is shown in four of five races of so many candidates; not capped by a plan. */
export const blocksToShow = (logDifference: number, stdev: number, candidates: number, level = 0.95): number =>
  smallestCount((n) => (roughCriticalValues(n, candidates, level).detectable * stdev) / Math.sqrt(n) <= logDifference);

/** Blocks until every simultaneous interval reaches at most so far (in logs) from its ratio; not capped by a plan. */
export const blocksForWidth = (halfWidth: number, stdev: number, candidates: number, level = 0.95): number =>
  smallestCount((n) => (roughCriticalValues(n, candidates, level).allPairs * stdev) / Math.sqrt(n) <= halfWidth);

/** The smallest n >= 2 for which `suffices` holds, given that it holds for every larger one. */
const smallestCount = (suffices: (n: number) => boolean): number => {
  if (suffices(2)) return 2;
  let tooFew = 2;
  // Most answers lie among counts that were simulated; the values beyond are those of the last.
  let enough = mostBlocks;
  while (!suffices(enough)) {
    if (enough >= countLimit) return countLimit;
    tooFew = enough;
    enough = Math.min(countLimit, enough * 2);
  }
  while (enough - tooFew > 1) {
    const middle = (enough + tooFew) >> 1;
    if (suffices(middle)) enough = middle;
    else tooFew = middle;
  }
  return enough;
};
