import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

/** Draws that depend on nothing but the seed and the draws before them. */
export interface Random {
  /** A whole number from `low` to `high`, both included. */
  int(low: number, high: number): number;
  /** True in `share` of the draws, 0 to 1. */
  chance(share: number): boolean;
  pick<T>(choices: readonly T[]): T;
  /** `count` different choices in a random order; all of them when there are not more. */
  sample<T>(choices: readonly T[], count: number): T[];
  shuffle<T>(items: readonly T[]): T[];
}

export const createRandom = (seed: number): Random => {
  const generator = xoroshiro128plus(seed);
  const int = (low: number, high: number): number => uniformInt(generator, low, high);
  const shuffle = <T>(items: readonly T[]): T[] => {
    const shuffled = [...items];
    for (let last = shuffled.length - 1; last > 0; last -= 1) {
      const other = int(0, last);
      [shuffled[last], shuffled[other]] = [shuffled[other]!, shuffled[last]!];
    }
    return shuffled;
  };
  return {
    int,
    shuffle,
    chance: (share) => int(0, 9_999) < share * 10_000,
    pick: (choices) => choices[int(0, choices.length - 1)]!,
    sample: (choices, count) => shuffle(choices).slice(0, count),
  };
};
