/** What the blocks that measured both of two candidates say about their difference. */
export interface ShrunkPair {
  readonly a: number;
  readonly b: number;
  /** Blocks that measured both. */
  readonly blocks: number;
  /** Mean of log a - log b. */
  readonly difference: number;
  /** Standard deviation of one block's difference, shrunk towards the race's own; 0 where no pair has two blocks. */
  readonly stdev: number;
}

/**
 * How much the race's pooled variance weighs against a pair's own, whose weight is 1. More weight gives narrower intervals, and
 * covers a candidate three times as noisy as the rest less well (test/stats/family/family.test.ts).
 */
export const poolWeight = 1 / 5;

/**
 * Every pair of columns. The pooled variance is that of the pairs together; where no value is missing it is twice the mean square of the
 * two-way residuals (block and candidate taken out), with (n-1)(k-1) degrees of freedom. The variance of each pair's differences is the
 * weighted mean of its own and the pool's; one pair alone keeps its own.
 *
 * @param logs One row per block, each with one log per candidate; NaN where it was not measured. Pairs without a common block are left out.
 */
export const shrinkPairs = (logs: readonly ArrayLike<number>[]): readonly ShrunkPair[] => {
  const candidates = logs[0]?.length ?? 0;
  const pairs: { a: number; b: number; blocks: number; difference: number; squares: number }[] = [];
  let squaresOfAll = 0;
  let freedomOfAll = 0;
  for (let a = 0; a < candidates; a += 1) {
    for (let b = a + 1; b < candidates; b += 1) {
      const own = describeDifferences(logs, a, b);
      if (own.blocks === 0) continue;
      squaresOfAll += own.squares;
      freedomOfAll += own.blocks - 1;
      pairs.push({ a, b, ...own });
    }
  }
  const pool = freedomOfAll === 0 ? 0 : squaresOfAll / freedomOfAll;
  return pairs.map(({ squares, ...pair }) => {
    const own = pair.blocks < 2 ? pool : squares / (pair.blocks - 1);
    return { ...pair, stdev: Math.sqrt((poolWeight * pool + own) / (poolWeight + 1)) };
  });
};

const describeDifferences = (logs: readonly ArrayLike<number>[], a: number, b: number) => {
  let blocks = 0;
  let difference = 0;
  let squares = 0;
  // Welford's: differences of equal rates keep a sum of squares of exactly 0.
  for (const row of logs) {
    const value = row[a]! - row[b]!;
    if (Number.isNaN(value)) continue;
    blocks += 1;
    const before = value - difference;
    difference += before / blocks;
    squares += before * (value - difference);
  }
  return { blocks, difference, squares };
};
