import { createRandom } from '../../stats/index.ts';

/**
 * The order of one block, from seeded random Latin squares: as many blocks as there are candidates form a square, in which each
 * candidate has each place once. Whatever changes slowly (a busy neighbour, a warming machine) then meets every candidate alike,
 * in a short race too; see docs/methodology.md. A block's order depends on nothing but the seed and its number, so that
 * a race that is resumed, or that gets more blocks, goes on as it would have.
 */
export const blockOrder = <T>(entries: readonly T[], block: number, seed: number): readonly T[] => {
  if (entries.length === 0) return [];
  const square = Math.floor((block - 1) / entries.length);
  // Neighbouring seeds give unrelated sequences (stats/random.ts); far apart ones keep races with seeds 1 and 2 from sharing orders.
  const random = createRandom(seed * 1_000_003 + square);
  const first = random.shuffle(entries);
  const turns = random.shuffle(entries.map((_, index) => index));
  const turn = turns[(block - 1) % entries.length]!;
  return [...first.slice(turn), ...first.slice(0, turn)];
};
