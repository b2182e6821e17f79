import tQuantile from '@stdlib/stats-base-dists-t-quantile';
import { createRandom } from '../random.ts';
import { describePairs, mostSimulated } from './critical.ts';

/** When a race was looked at so that it could have ended there, or was prolonged after its end. */
export interface Looks {
  /** Blocks at each look, ascending. */
  readonly at: readonly number[];
  /** Blocks at the last look, as they were planned before the first. */
  readonly horizon: number;
  /** The last of `at` was the last look for a reason that no figure had a part in (time): it spends what is left of the error. */
  readonly isLast: boolean;
}

/** What decides at one look, in standard errors of a pair's difference; see `CriticalValues`. */
export interface LookValues {
  readonly allPairs: number;
  readonly withBest: number;
}

/** The largest statistics of simulated races at each look, which boundaries are cut from. */
interface Paths {
  /** Simulated races. */
  readonly count: number;
  readonly largest: readonly Float32Array[];
  readonly behindFirst: readonly Float32Array[];
  readonly ofOnePair: readonly Float32Array[];
}

/** Pairs of blocks that are simulated, about half a second; the fewest draws give the level within 0.5 points. */
const work = 1.2e7;
const draws = { least: 2_000, most: 40_000 };
const pathsCache = new Map<string, Paths>();
const valuesCache = new Map<string, readonly LookValues[]>();

/**
 * Critical values at a look of `blocks` blocks, such that over all looks together at most 1 - `level` of the races of equal candidates
 * have anything told apart. Error-spending (K. K. G. Lan, D. L. DeMets, Biometrika 70 (1983) 659-663), in proportion to the
 * blocks, which comes close to Pocock's boundary; each look's value is cut from simulated races that no earlier look has ended, for the
 * very errors that are used. The intervals at these values hold whenever and why ever the race ends (repeated confidence
 * intervals: C. Jennison, B. W. Turnbull, J. R. Statist. Soc. B 51 (1989) 305-361).
 *
 * @param blocks At least 2.
 */
export const lookValues = (looks: Looks, blocks: number, candidates: number, level: number): LookValues => {
  const at = [...looks.at.filter((count) => count > 1 && count < blocks), blocks];
  const horizon = Math.max(looks.horizon, blocks);
  const isLast = looks.isLast && blocks >= (looks.at.at(-1) ?? 0);
  // With the looks to come: they are simulated and cut together.
  const planned = [...at, ...Array.from({ length: horizon - blocks }, (_, index) => blocks + 1 + index)];
  const share = (count: number): number => (1 - level) * (count / horizon);
  const spent = isLast ? [...at.slice(0, -1).map(share), 1 - level] : planned.map(share);
  const key = `${planned.join(' ')} ${isLast ? blocks : 'open'} ${candidates} ${level}`;
  const known = valuesCache.get(key);
  const values =
    known ?? (candidates > mostSimulated ? bound(planned, spent, candidates) : cut(planned, spent, candidates));
  valuesCache.set(key, values);
  return values[at.length - 1]!;
};

/** Bonferroni's inequality over looks and pairs, where a simulation would take too long: it errs to the safe side. */
const bound = (planned: readonly number[], spent: readonly number[], candidates: number): readonly LookValues[] => {
  const pairs = (candidates * (candidates - 1)) / 2;
  return spent.map((sum, look) => {
    const share = sum - (spent[look - 1] ?? 0);
    const freedom = planned[look]! - 1;
    return {
      allPairs: tQuantile(1 - share / (2 * pairs), freedom),
      withBest: tQuantile(1 - share / (candidates - 1), freedom),
    };
  });
};

const cut = (planned: readonly number[], spent: readonly number[], candidates: number): readonly LookValues[] => {
  const { count, largest, behindFirst, ofOnePair } = simulate(planned, candidates);
  const onePair = cutEach(ofOnePair, spent, count);
  const allPairs = candidates === 2 ? onePair : cutEach(largest, spent, count);
  const ahead = cutEach(behindFirst, spent, count);
  return allPairs.map((value, look) => ({ allPairs: value, withBest: Math.max(onePair[look]!, ahead[look]!) }));
};

/** The boundary at each look, when each ends as many of the races as its share of the error. */
const cutEach = (statistics: readonly Float32Array[], spent: readonly number[], races: number): readonly number[] => {
  let alive = Uint32Array.from({ length: races }, (_, race) => race);
  return spent.map((share, look) => {
    const values = statistics[look]!;
    const sorted = Float32Array.from(alive, (race) => values[race]!).sort();
    const toEnd = Math.round(share * races) - (races - alive.length);
    const boundary = sorted[sorted.length - 1 - toEnd]!;
    alive = alive.filter((race) => values[race]! <= boundary);
    return boundary;
  });
};

/** Equal, equally noisy candidates. The seed is fixed, so that a result that is read again gives the same intervals. */
const simulate = (planned: readonly number[], candidates: number): Paths => {
  const key = `${planned.join(' ')} ${candidates}`;
  const known = pathsCache.get(key);
  if (known !== undefined) return known;
  const horizon = planned.at(-1)!;
  const pairCount = (candidates * (candidates - 1)) / 2;
  const count = Math.round(Math.min(draws.most, Math.max(draws.least, work / (horizon * pairCount))));
  const make = () => planned.map(() => new Float32Array(count));
  const paths = { count, largest: make(), behindFirst: make(), ofOnePair: make() };
  const random = createRandom(7_000 * candidates + horizon);
  const row = new Float64Array(candidates);
  const [sums, squares, pairs] = [
    new Float64Array(pairCount),
    new Float64Array(pairCount),
    new Float64Array(2 * pairCount),
  ];
  for (let draw = 0; draw < count; draw += 1) {
    sums.fill(0);
    squares.fill(0);
    let look = 0;
    for (let block = 1; block <= horizon; block += 1) {
      for (let column = 0; column < candidates; column += 1) row[column] = random.normal(0, 1);
      addBlock(row, sums, squares);
      if (block !== planned[look]) continue;
      describePairs(sums, squares, block, pairs);
      keepLargest(pairs, candidates, { paths, look, draw });
      look += 1;
    }
  }
  pathsCache.set(key, paths);
  return paths;
};

const addBlock = (row: Float64Array, sums: Float64Array, squares: Float64Array): void => {
  let pair = 0;
  for (let a = 0; a < row.length; a += 1) {
    for (let b = a + 1; b < row.length; b += 1) {
      const value = row[a]! - row[b]!;
      sums[pair]! += value;
      squares[pair]! += value * value;
      pair += 1;
    }
  }
};

const keepLargest = (
  pairs: Float64Array,
  candidates: number,
  { paths, look, draw }: { readonly paths: Paths; readonly look: number; readonly draw: number },
): void => {
  let most = 0;
  let behindFirst = Number.NEGATIVE_INFINITY;
  for (let at = 0; at < pairs.length; at += 2) {
    const t = pairs[at]! / pairs[at + 1]!;
    most = Math.max(most, Math.abs(t));
    // The pairs of the first candidate come first.
    if (at < 2 * (candidates - 1)) behindFirst = Math.max(behindFirst, t);
  }
  paths.largest[look]![draw] = most;
  paths.behindFirst[look]![draw] = behindFirst;
  paths.ofOnePair[look]![draw] = Math.abs(pairs[0]! / pairs[1]!);
};
