import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plusFromState } from 'pure-rand/generator/xoroshiro128plus';

/** Seeded random numbers: the same seed gives the same sequence on every machine and in every browser. */
export interface Random {
  /** In [0, 1), 53 bits. */
  uniform(): number;
  /** A whole number in [0, below). */
  integer(below: number): number;
  normal(mean: number, stdev: number): number;
  exponential(mean: number): number;
  /** exp of a normal: its median is exp(logMean). */
  lognormal(logMean: number, logStdev: number): number;
  /** A new array in random order (Fisher-Yates); the given one stays as it is. */
  shuffle<T>(items: readonly T[]): T[];
}

/** @param seed Any integer; a race records the one it used. */
export const createRandom = (seed: number): Random => {
  const generator = xoroshiro128plusFromState(spread(seed));
  const uniform = (): number => uniformFloat64(generator);
  const integer = (below: number): number => Math.floor(uniform() * below);
  let spare: number | undefined;
  /** Marsaglia's polar method makes two at a time. */
  const standardNormal = (): number => {
    if (spare !== undefined) {
      const kept = spare;
      spare = undefined;
      return kept;
    }
    for (;;) {
      const u = 2 * uniform() - 1;
      const v = 2 * uniform() - 1;
      const square = u * u + v * v;
      if (square > 0 && square < 1) {
        const factor = Math.sqrt((-2 * Math.log(square)) / square);
        spare = v * factor;
        return u * factor;
      }
    }
  };
  const normal = (mean: number, stdev: number): number => mean + stdev * standardNormal();
  return {
    uniform,
    integer,
    normal,
    exponential: (mean) => -mean * Math.log(1 - uniform()),
    lognormal: (logMean, logStdev) => Math.exp(normal(logMean, logStdev)),
    shuffle(items) {
      const shuffled = [...items];
      for (let last = shuffled.length - 1; last > 0; last -= 1) {
        const other = integer(last + 1);
        [shuffled[last], shuffled[other]] = [shuffled[other]!, shuffled[last]!];
      }
      return shuffled;
    },
  };
};

/**
 * Four unrelated words from one seed (SplitMix's 32-bit finaliser). Seeding by the library itself leaves
 * neighbouring seeds so alike that 4,000 of them gave means of exponentials with coverage 100 % where 88 % is true.
 */
const spread = (seed: number): readonly number[] => {
  let counter = seed | 0;
  return Array.from({ length: 4 }, () => {
    counter = (counter + 0x9e3779b9) | 0;
    let word = counter;
    word = Math.imul(word ^ (word >>> 16), 0x21f0aaad);
    word = Math.imul(word ^ (word >>> 15), 0x735a2d97);
    return word ^ (word >>> 15);
  });
};
