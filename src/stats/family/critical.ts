import tQuantile from '@stdlib/stats-base-dists-t-quantile';
import { createRandom } from '../random.ts';
import { poolWeight } from './shrunk.ts';

/** What a family of candidates is judged with, in standard errors of a pair's difference. */
export interface CriticalValues {
  /** How far the intervals of all pairs reach, both ways, so that all hold together. */
  readonly allPairs: number;
  /**
   * How far the lower bounds of one candidate against each of the others reach (Hsu's comparison with the best), and never less
   * than what decides one pair both ways: two equal candidates far ahead of the rest are told apart in at most 5 % of races.
   */
  readonly withBest: number;
  /** The true difference that the intervals of all pairs exclude 0 for in four of five races. */
  readonly detectable: number;
}

/** Standard error of the level that comes out: 0.22 points at 95 %. */
const mostDraws = 10_000;
/** Enough to plan from, where the variability itself is only known roughly. */
const drawsToPlan = 2_000;
/** The values hardly fall beyond; to use those of fewer blocks errs to the safe side. */
export const mostBlocks = 30;
/** Larger families are judged by Bonferroni's inequality, which needs no simulation and errs to the safe side. */
export const mostSimulated = 24;
const power = 0.8;
const cache = new Map<string, CriticalValues>();

/**
 * Quantiles of the largest |difference| / error of equal, equally noisy candidates, by simulation of the very errors that are
 * used (their distribution is no tabulated one: the errors of pairs share the pool). The seed is fixed, so that a result that is read
 * again gives the same intervals; each count of blocks and candidates is simulated once per process.
 *
 * @param blocks At least 2.
 */
export const criticalValues = (blocks: number, candidates: number, level = 0.95): CriticalValues =>
  remember(Math.min(blocks, mostBlocks), candidates, level, mostDraws);

/** The same, more roughly and sooner: for questions that are asked of many counts of blocks. */
export const roughCriticalValues = (blocks: number, candidates: number, level: number): CriticalValues =>
  remember(Math.min(blocks, mostBlocks), candidates, level, drawsToPlan);

const remember = (blocks: number, candidates: number, level: number, draws: number): CriticalValues => {
  const key = `${blocks} ${candidates} ${level} ${draws}`;
  const known = cache.get(key);
  if (known !== undefined) return known;
  const values =
    candidates > mostSimulated ? bound(blocks, candidates, level) : simulate(blocks, candidates, level, draws);
  cache.set(key, values);
  return values;
};

const bound = (blocks: number, candidates: number, level: number): CriticalValues => {
  const pairs = (candidates * (candidates - 1)) / 2;
  const allPairs = tQuantile(1 - (1 - level) / (2 * pairs), blocks - 1);
  const withBest = tQuantile(1 - (1 - level) / Math.max(2, candidates - 1), blocks - 1);
  return { allPairs, withBest, detectable: allPairs + tQuantile(power, blocks - 1) };
};

const simulate = (blocks: number, candidates: number, level: number, draws: number): CriticalValues => {
  const random = createRandom(1_000 * candidates + blocks);
  const table = new Float64Array(blocks * candidates);
  const pairs = new Float64Array(candidates * (candidates - 1));
  const [sums, squares] = [new Float64Array(pairs.length / 2), new Float64Array(pairs.length / 2)];
  const largest = new Float64Array(draws);
  const behindFirst = new Float64Array(draws);
  const ofOnePair = new Float64Array(draws);
  /** The first pair's difference and error of each draw, in true standard errors. */
  const differences = new Float64Array(draws);
  const errors = new Float64Array(draws);
  const trueError = Math.sqrt(2 / blocks);
  for (let draw = 0; draw < draws; draw += 1) {
    for (let at = 0; at < table.length; at += 1) table[at] = random.normal(0, 1);
    sumPairs(table, candidates, { sums, squares });
    describePairs(sums, squares, blocks, pairs);
    let most = 0;
    let mostBehindFirst = Number.NEGATIVE_INFINITY;
    for (let at = 0; at < pairs.length; at += 2) {
      const t = pairs[at]! / pairs[at + 1]!;
      most = Math.max(most, Math.abs(t));
      // The pairs of the first candidate come first.
      if (at < 2 * (candidates - 1)) mostBehindFirst = Math.max(mostBehindFirst, t);
    }
    largest[draw] = most;
    behindFirst[draw] = mostBehindFirst;
    ofOnePair[draw] = Math.abs(pairs[0]! / pairs[1]!);
    differences[draw] = pairs[0]! / trueError;
    errors[draw] = pairs[1]! / trueError;
  }
  const at = Math.ceil(level * draws) - 1;
  // One pair has the errors of Student's t, which needs no simulation.
  const onePair = candidates === 2 ? tQuantile((1 + level) / 2, blocks - 1) : ofOnePair.sort()[at]!;
  const allPairs = candidates === 2 ? onePair : largest.sort()[at]!;
  const needed = differences.map((difference, draw) => allPairs * errors[draw]! - difference).sort();
  return {
    allPairs,
    withBest: Math.max(onePair, behindFirst.sort()[at]!),
    detectable: needed[Math.ceil(power * draws) - 1]!,
  };
};

/** Adds up each pair of a complete table: its differences and their squares. */
const sumPairs = (
  table: Float64Array,
  candidates: number,
  { sums, squares }: { readonly sums: Float64Array; readonly squares: Float64Array },
): void => {
  let pair = 0;
  for (let a = 0; a < candidates; a += 1) {
    for (let b = a + 1; b < candidates; b += 1) {
      let sum = 0;
      let square = 0;
      for (let row = 0; row < table.length; row += candidates) {
        const value = table[row + a]! - table[row + b]!;
        sum += value;
        square += value * value;
      }
      sums[pair] = sum;
      squares[pair] = square;
      pair += 1;
    }
  }
};

/**
 * The difference and the error of each pair, one after the other, as `shrinkPairs` has them, without an object for each.
 * @param sums Of each pair's differences over the blocks, and `squares` of their squares.
 */
export const describePairs = (sums: Float64Array, squares: Float64Array, blocks: number, pairs: Float64Array): void => {
  let squaresOfAll = 0;
  for (let pair = 0; pair < sums.length; pair += 1) {
    pairs[2 * pair] = sums[pair]! / blocks;
    pairs[2 * pair + 1] = squares[pair]! - (sums[pair]! * sums[pair]!) / blocks;
    squaresOfAll += pairs[2 * pair + 1]!;
  }
  const pool = squaresOfAll / sums.length;
  for (let error = 1; error < pairs.length; error += 2) {
    const variance = (poolWeight * pool + pairs[error]!) / (poolWeight + 1) / (blocks - 1);
    pairs[error] = Math.sqrt(variance / blocks);
  }
};
