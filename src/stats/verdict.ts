import { PitwallError } from '../base/index.ts';
import { logRatios, type RatioEstimate, ratioInterval } from './interval.ts';
import { minimumDetectableRatio, pilotRounds, roundsToDetect } from './power.ts';
import { sampleStdev } from './sample.ts';
import { equivalenceP, holm, tTestP } from './significance.ts';

/** Paired rounds of two candidates, and which way is better for this metric. */
export interface Comparison {
  readonly pairedA: readonly number[];
  readonly pairedB: readonly number[];
  /** Rates are better higher; latencies, CPU and memory lower. */
  readonly better: 'higher' | 'lower';
}

export interface VerdictOptions {
  /** Error level of the whole family of comparisons. @default 0.05 */
  readonly alpha?: number;
  /** Half-width of the A/A race's ratio (0.03 for 3 %): what two identical candidates differ by. @default 0 */
  readonly noiseFloor?: number;
}

/** What a comparison says about A against B; `faster` stands for better on whatever the metric is. */
export type Verdict = VerdictFacts &
  (
    | {
        readonly kind: 'faster' | 'slower';
        /** The difference is real but shown to be smaller than `margin`. */
        readonly isNegligible: boolean;
      }
    | { readonly kind: 'same' }
    | {
        readonly kind: 'cant-tell';
        /** About how many more blocks would decide it, at the scatter and the difference seen so far. */
        readonly moreBlocks: number;
      }
  );

export interface VerdictFacts {
  /** A/B with its interval at 1 - alpha, not widened for the number of comparisons. */
  readonly ratio: RatioEstimate;
  /** Two-sided p of "the ratio is 1", adjusted by Holm over the family; absent with one block. */
  readonly adjustedP?: number;
  /** Ratios within 1 ± margin count as the same. */
  readonly margin: number;
  /** The smallest ratio above 1 that this race would have found in four of five repetitions. */
  readonly minimumDetectableRatio: number;
}

/** Differences below 2 % are the same to whoever runs a server, and about what a good machine can repeat. */
const smallestMargin = 0.02;

/**
 * Judges a family of comparisons together (all pairs of a race on one metric):
 * - faster or slower: Holm's adjusted p is at most alpha (for a single pair: the interval excludes 1);
 * - same: shown by two one-sided tests to lie within ± max(2 %, noise floor), each at alpha;
 * - can't tell otherwise. "Not significant" is never reported as "same".
 *
 * @throws PitwallError `stats.invalid` for values that cannot form ratios.
 */
export const verdictsOf = (comparisons: readonly Comparison[], options: VerdictOptions = {}): readonly Verdict[] => {
  const alpha = options.alpha ?? 0.05;
  const margin = Math.max(smallestMargin, options.noiseFloor ?? 0);
  if (!(alpha > 0 && alpha < 1) || !Number.isFinite(margin)) {
    throw new PitwallError('stats.invalid', `verdict with alpha ${alpha} and margin ${margin}`);
  }
  const logs = comparisons.map(({ pairedA, pairedB }) => logRatios(pairedA, pairedB));
  const tested = logs.flatMap((values, index) => {
    const p = tTestP(values);
    return p === undefined ? [] : [{ index, p }];
  });
  const adjusted = new Map(holm(tested.map(({ p }) => p)).map((p, rank) => [tested[rank]!.index, p]));
  return comparisons.map((comparison, index) => judge(comparison, logs[index]!, adjusted.get(index), alpha, margin));
};

const judge = (
  { pairedA, pairedB, better }: Comparison,
  logs: readonly number[],
  adjustedP: number | undefined,
  alpha: number,
  margin: number,
): Verdict => {
  const ratio = ratioInterval(pairedA, pairedB, 1 - alpha);
  if (adjustedP === undefined || ratio.kind === 'point') {
    const facts = { ratio, margin, minimumDetectableRatio: Number.POSITIVE_INFINITY };
    return { ...facts, kind: 'cant-tell', moreBlocks: pilotRounds - 1 };
  }
  const facts = {
    ratio,
    adjustedP,
    margin,
    minimumDetectableRatio: minimumDetectableRatio(ratio.logStdev, ratio.n, 1 - alpha),
  };
  const isEquivalent = (equivalenceP(logs, Math.log(1 + margin)) ?? 1) <= alpha;
  if (adjustedP <= alpha) {
    const isBetter = ratio.ratio > 1 === (better === 'higher');
    return { ...facts, kind: isBetter ? 'faster' : 'slower', isNegligible: isEquivalent };
  }
  if (isEquivalent) return { ...facts, kind: 'same' };
  return { ...facts, kind: 'cant-tell', moreBlocks: blocksToDecide(logs, ratio.ratio, alpha, margin) };
};

/** The cheaper of two ways out: to show the difference, or to show that it is within the margin. */
const blocksToDecide = (logs: readonly number[], ratio: number, alpha: number, margin: number): number => {
  const stdev = sampleStdev(logs);
  const difference = Math.abs(Math.log(ratio));
  const toShow = roundsToDetect(stdev, difference, 1 - alpha);
  const room = Math.log(1 + margin) - difference;
  // Two one-sided tests at alpha are one two-sided interval at 1 - 2 alpha.
  const toEquate = room > 0 ? roundsToDetect(stdev, room, 1 - 2 * alpha) : Number.POSITIVE_INFINITY;
  return Math.max(1, Math.min(toShow, toEquate) - logs.length, pilotRounds - logs.length);
};
