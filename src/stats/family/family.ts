import { PitwallError } from '../../base/index.ts';
import { type CriticalValues, criticalValues } from './critical.ts';
import { type Looks, lookValues } from './looks.ts';
import { blocksToShow } from './plan.ts';
import { type ShrunkPair, shrinkPairs } from './shrunk.ts';

/** What a race says about two of its candidates on one figure; `faster` stands for better on whatever the figure is. */
export interface PairJudgement {
  /** Columns of the table. */
  readonly a: number;
  readonly b: number;
  /** Blocks that measured both. */
  readonly blocks: number;
  /** a/b: geometric mean over those blocks. */
  readonly ratio: number;
  /** The interval that decides, simultaneous over all pairs; absent after one block. */
  readonly interval?: { readonly low: number; readonly high: number };
  /** Faster or slower exactly if the interval excludes 1; otherwise the same if it lies within the margin. */
  readonly kind: 'faster' | 'slower' | 'same' | 'cant-tell';
  /** The interval lies within the margin, whether or not it excludes 1. */
  readonly isNegligible: boolean;
  /** The smallest ratio above 1 that such a race would show in four of five repetitions; absent after one block. */
  readonly minimumDetectableRatio?: number;
  /** About how many more blocks would decide a pair that can't be told, at the ratio and the variability seen so far. */
  readonly moreBlocks?: number;
}

/** The candidate that is shown to be better than each of the others. */
export interface BestJudgement {
  readonly best: number;
  /** In the order of the columns, with the bounds that decide: `ratio` of the best to the other, and how far from 1 it is at least. */
  readonly over: readonly { readonly other: number; readonly ratio: number; readonly bound: number }[];
}

export interface FamilyJudgement {
  readonly pairs: readonly PairJudgement[];
  /** Absent where no candidate is shown to be the best. */
  readonly best?: BestJudgement;
}

export interface FamilyOptions {
  readonly better: 'higher' | 'lower';
  /** Ratios within 1 / (1 + margin) and 1 + margin are the same; fixed before the race. @default 0.02 */
  readonly margin?: number;
  /** Of all intervals of the family together. @default 0.95 */
  readonly level?: number;
  /** Where the race could have ended before, or was prolonged: the intervals are as much wider. @default one look, at the end */
  readonly looks?: Looks | undefined;
}

/**
 * Judges the candidates of a race on one figure: all pairs by simultaneous intervals, and the best by comparison with the best (J. C. Hsu,
 * Ann. Statist. 9 (1981) 1026-1034): the candidate whose simultaneous bounds against all others exclude 1. What is printed beside a
 * ratio is what decides it.
 *
 * @param blocks One row per block, each with one positive value per candidate, or undefined where it was not measured.
 * @throws PitwallError `stats.invalid` for uneven rows, a value that is not positive, a margin or level out of range.
 */
export const judgeFamily = (
  blocks: readonly (readonly (number | undefined)[])[],
  { better, margin = 0.02, level = 0.95, looks }: FamilyOptions,
): FamilyJudgement => {
  const candidates = blocks[0]?.length ?? 0;
  requireTable(blocks, candidates, margin, level);
  const sign = better === 'higher' ? 1 : -1;
  const pairs = shrinkPairs(
    blocks.map((row) => row.map((value) => (value === undefined ? Number.NaN : Math.log(value)))),
  );
  const terms = { candidates, sign, room: Math.log(1 + margin), level, looks };
  const best = findBest(pairs, terms);
  return {
    pairs: pairs.map((pair) => judgePair(pair, terms)),
    ...(best === undefined ? {} : { best }),
  };
};

const requireTable = (
  blocks: readonly (readonly (number | undefined)[])[],
  candidates: number,
  margin: number,
  level: number,
): void => {
  if (!(margin > 0) || !(level > 0 && level < 1) || blocks.some((row) => row.length !== candidates)) {
    throw new PitwallError(
      'stats.invalid',
      `family with margin ${margin} and level ${level}: expected rows of ${candidates} values, a margin above 0 and a level between 0 and 1`,
    );
  }
  const bad = blocks.flat().find((value) => value !== undefined && !(value > 0 && Number.isFinite(value)));
  if (bad !== undefined) throw new PitwallError('stats.invalid', `family: got ${bad}, expected positive values`);
};

interface Terms {
  readonly candidates: number;
  /** 1 where higher is better, -1 where lower is. */
  readonly sign: number;
  /** The margin as a log. */
  readonly room: number;
  readonly level: number;
  readonly looks: Looks | undefined;
}

const findValues = (blocks: number, { candidates, level, looks }: Terms): CriticalValues => {
  const single = criticalValues(blocks, candidates, level);
  if (looks === undefined) return single;
  const { allPairs, withBest } = lookValues(looks, blocks, candidates, level);
  // A wider interval asks for as much more of the difference.
  return { allPairs, withBest, detectable: single.detectable + allPairs - single.allPairs };
};

const judgePair = ({ a, b, blocks, difference, stdev }: ShrunkPair, terms: Terms): PairJudgement => {
  const { sign, room } = terms;
  const facts = { a, b, blocks, ratio: Math.exp(difference) };
  if (blocks < 2) return { ...facts, kind: 'cant-tell', isNegligible: false, moreBlocks: pilotBlocks - blocks };
  const { allPairs, detectable } = findValues(blocks, terms);
  const error = stdev / Math.sqrt(blocks);
  const [low, high] = [difference - allPairs * error, difference + allPairs * error];
  const isNegligible = low >= -room && high <= room;
  const judged = {
    ...facts,
    interval: { low: Math.exp(low), high: Math.exp(high) },
    isNegligible,
    minimumDetectableRatio: Math.exp(detectable * error),
  };
  if (low > 0) return { ...judged, kind: sign > 0 ? 'faster' : 'slower' };
  if (high < 0) return { ...judged, kind: sign > 0 ? 'slower' : 'faster' };
  if (isNegligible) return { ...judged, kind: 'same' };
  // The cheaper of two ways out: to show the difference, or to show that it is within the margin.
  const distance = Math.max(Math.abs(difference), room - Math.abs(difference));
  return { ...judged, kind: 'cant-tell', moreBlocks: countMoreBlocks(distance, stdev, blocks, terms) };
};

const countMoreBlocks = (distance: number, stdev: number, blocks: number, terms: Terms): number => {
  const { candidates, level, looks } = terms;
  if (looks !== undefined && !looks.isLast) {
    // The first look at which the interval would decide, were the difference and the variability what they seem.
    const at = [...looks.at.filter((count) => count < blocks), blocks];
    for (let count = blocks + 1; count <= looks.horizon; count += 1) {
      const { allPairs } = lookValues({ ...looks, at }, count, candidates, level);
      at.push(count);
      if ((allPairs * stdev) / Math.sqrt(count) <= distance) return count - blocks;
    }
  }
  const widened = findValues(blocks, terms).allPairs / criticalValues(blocks, candidates, level).allPairs;
  const needed = Math.max(pilotBlocks, blocksToShow(distance, stdev * widened, candidates, level));
  return Math.max(1, needed - blocks);
};

/** A pilot smaller than this says too little about the variability to plan from. */
const pilotBlocks = 5;

const findBest = (pairs: readonly ShrunkPair[], terms: Terms): BestJudgement | undefined => {
  const { candidates, sign } = terms;
  for (let best = 0; best < candidates; best += 1) {
    const own = pairs.filter(({ a, b, blocks }) => (a === best || b === best) && blocks > 1);
    if (candidates < 2 || own.length < candidates - 1) continue;
    const over = own.map(({ a, b, blocks, difference, stdev }) => {
      const lead = sign * (a === best ? difference : -difference);
      const bound = lead - (findValues(blocks, terms).withBest * stdev) / Math.sqrt(blocks);
      return {
        other: a === best ? b : a,
        ratio: Math.exp(sign * lead),
        bound: Math.exp(sign * bound),
        isAhead: bound > 0,
      };
    });
    if (over.every(({ isAhead }) => isAhead)) {
      return { best, over: over.map(({ other, ratio, bound }) => ({ other, ratio, bound })) };
    }
  }
  return undefined;
};
