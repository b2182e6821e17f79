import { PitwallError } from '../base/index.ts';
import { criticalValues } from './family/critical.ts';
import { blocksForWidth } from './family/plan.ts';
import { shrinkPairs } from './family/shrunk.ts';

const fewestBlocks = 8;
/** The cap on blocks: beyond it the machine drifts more than another block tells. */
const mostBlocks = 30;

/** When a race has enough blocks. */
export type StoppingDecision =
  | { readonly kind: 'precise'; readonly blocks: number; readonly precision: number }
  | { readonly kind: 'capped'; readonly blocks: number; readonly precision: number }
  | {
      readonly kind: 'continue';
      /** Blocks still to play, as far as the standard deviation so far tells; the cap included. */
      readonly moreBlocks: number;
    };

export interface StoppingRule {
  /** Half-width of the simultaneous 95 % intervals of all ratios that is wanted, 0.03 for ± 3 %. */
  readonly precision: number;
  /** @default 30 */
  readonly maxBlocks?: number;
  /** @default 8: stopping from 5 on gave intervals that covered 92.6 %, from 8 on 93.6 % or more */
  readonly minBlocks?: number;
}

/**
 * Stops on the interval's half-width, never on significance: looking until p < 0.05 finds a difference in
 * anything. Looking at the width after each block is biased too, towards blocks that happened to agree, so the standard deviation
 * counts one standard error larger than it looks (coverage with and without: test/stats/stopping.test.ts).
 *
 * @param table One row per block, with a positive value per candidate, at least 2, or undefined where it was not measured; every pair
 * must be precise.
 * @throws PitwallError `stats.invalid` for values that have no log.
 */
export const shouldStop = (
  table: readonly (readonly (number | undefined)[])[],
  rule: StoppingRule,
): StoppingDecision => {
  const minBlocks = rule.minBlocks ?? fewestBlocks;
  const maxBlocks = rule.maxBlocks ?? mostBlocks;
  const candidates = table[0]?.length ?? 0;
  if (table.flat().some((value) => value !== undefined && !(value > 0))) {
    throw new PitwallError('stats.invalid', 'shouldStop: expected positive values');
  }
  const pairs = shrinkPairs(
    table.map((row) => row.map((value) => (value === undefined ? Number.NaN : Math.log(value)))),
  );
  const isComplete = pairs.length === (candidates * (candidates - 1)) / 2;
  const blocks = isComplete ? Math.min(table.length, ...pairs.map((pair) => pair.blocks)) : 0;
  if (blocks < Math.min(minBlocks, maxBlocks))
    return { kind: 'continue', moreBlocks: Math.min(minBlocks, maxBlocks) - blocks };
  if (blocks < 2) return { kind: 'capped', blocks, precision: Number.POSITIVE_INFINITY };
  const stdev = Math.max(...pairs.map((pair) => pair.stdev * (1 + 1 / Math.sqrt(2 * (pair.blocks - 1)))));
  const precision = Math.exp((criticalValues(blocks, candidates).allPairs * stdev) / Math.sqrt(blocks)) - 1;
  if (precision <= rule.precision) return { kind: 'precise', blocks, precision };
  if (blocks >= maxBlocks) return { kind: 'capped', blocks, precision };
  const planned = Math.min(maxBlocks, blocksForWidth(Math.log(1 + rule.precision), stdev, candidates));
  return { kind: 'continue', moreBlocks: Math.max(1, planned - blocks) };
};
