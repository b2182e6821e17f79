import { createRandom } from '../stats/index.ts';

/**
 * The order of one block: a seeded random order of its own. Whatever changes slowly (a busy neighbour, a warming machine) then
 * meets every candidate alike; see docs/methodology.md. A block's order depends on nothing but the seed and its number, so that
 * a race that is resumed, or that gets more blocks, goes on as it would have.
 */
export const blockOrder = <T>(entries: readonly T[], block: number, seed: number): readonly T[] =>
  // Neighbouring seeds give unrelated sequences (stats/random.ts); far apart ones keep races with seeds 1 and 2 from sharing orders.
  createRandom(seed * 1_000_003 + block).shuffle(entries);
