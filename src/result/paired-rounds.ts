import { isMeasured, metrics } from './metrics.ts';
import type { MetricName } from './schema/comparison.ts';
import type { RoundResult } from './schema/round.ts';

/** The values of two candidates in the blocks that both measured, in the order of the blocks. */
export interface PairedValues {
  readonly pairedA: readonly number[];
  readonly pairedB: readonly number[];
}

/** Pairs rounds by block. A value that is not positive has no ratio (no CPU tick in a short round): its block is left out. */
export const pairRounds = (a: readonly RoundResult[], b: readonly RoundResult[], metric: MetricName): PairedValues => {
  const valuesB = valuesByBlock(b, metric);
  const pairs = [...valuesByBlock(a, metric)].flatMap(([block, valueA]) => {
    const valueB = valuesB.get(block);
    return valueB === undefined ? [] : [{ block, valueA, valueB }];
  });
  pairs.sort((one, other) => one.block - other.block);
  return { pairedA: pairs.map(({ valueA }) => valueA), pairedB: pairs.map(({ valueB }) => valueB) };
};

/** A figure of each block that was measured. */
export const valuesByBlock = (rounds: readonly RoundResult[], metric: MetricName): ReadonlyMap<number, number> =>
  new Map(
    rounds.filter(isMeasured).flatMap((round): [number, number][] => {
      const value = metrics[metric].of(round);
      return value === undefined || !(value > 0) ? [] : [[round.block, value]];
    }),
  );

/** A row per block that anybody measured, in order, with the figure of each candidate, or undefined where it has none. */
export const tabulateRounds = (
  candidates: readonly (readonly RoundResult[])[],
  metric: MetricName,
): readonly (readonly (number | undefined)[])[] => {
  const columns = candidates.map((rounds) => valuesByBlock(rounds, metric));
  const blocks = [...new Set(columns.flatMap((column) => [...column.keys()]))].sort((a, b) => a - b);
  return blocks.map((block) => columns.map((column) => column.get(block)));
};
