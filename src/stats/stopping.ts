import { halfWidth, logRatios } from './interval.ts';
import { maxRounds, roundsForPrecision } from './power.ts';
import { sampleStdev } from './sample.ts';

const fewestBlocks = 8;

/** When a race has enough blocks. */
export type StoppingDecision =
  | { readonly kind: 'precise'; readonly blocks: number; readonly precision: number }
  | { readonly kind: 'capped'; readonly blocks: number; readonly precision: number }
  | {
      readonly kind: 'continue';
      /** Blocks still to play, as far as the scatter so far tells; the cap included. */
      readonly moreBlocks: number;
    };

export interface StoppingRule {
  /** Half-width of the 95 % interval of the ratio that is wanted, 0.03 for ± 3 %. */
  readonly precision: number;
  /** @default 30 */
  readonly maxBlocks?: number;
  /** @default 8: stopping from 5 on gave intervals that covered 92.6 %, from 8 on 93.6 % or more */
  readonly minBlocks?: number;
}

/**
 * Stops on the interval's half-width, never on significance: looking until p < 0.05 finds a difference in
 * anything. Looking at the width after each block is biased too, towards blocks that happened to agree, so the scatter
 * counts one standard error larger than it looks (coverage with and without: test/stats/stopping.test.ts).
 *
 * @param pairs The paired rounds of each pair of candidates; all must be precise.
 * @throws PitwallError `stats.invalid` for values that cannot form ratios.
 */
export const shouldStop = (
  pairs: readonly { readonly pairedA: readonly number[]; readonly pairedB: readonly number[] }[],
  rule: StoppingRule,
): StoppingDecision => {
  const minBlocks = rule.minBlocks ?? fewestBlocks;
  const maxBlocks = rule.maxBlocks ?? maxRounds;
  const logs = pairs.map(({ pairedA, pairedB }) => logRatios(pairedA, pairedB));
  const blocks = Math.min(...logs.map((values) => values.length));
  if (blocks < Math.min(minBlocks, maxBlocks))
    return { kind: 'continue', moreBlocks: Math.min(minBlocks, maxBlocks) - blocks };
  const cautious = Math.max(
    ...logs.map((values) => sampleStdev(values) * (1 + 1 / Math.sqrt(2 * (values.length - 1)))),
  );
  const precision = Math.exp(halfWidth(cautious, blocks, 0.95)) - 1;
  if (precision <= rule.precision) return { kind: 'precise', blocks, precision };
  if (blocks >= maxBlocks) return { kind: 'capped', blocks, precision };
  const planned = Math.min(maxBlocks, roundsForPrecision(cautious, rule.precision));
  return { kind: 'continue', moreBlocks: Math.max(1, planned - blocks) };
};
