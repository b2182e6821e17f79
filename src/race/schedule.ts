import { createRandom } from '../stats/index.ts';

/** One round to play. */
export interface ScheduledRound<T> {
  readonly entry: T;
  /** From 1. */
  readonly block: number;
  /** Place in its block, from 1. */
  readonly position: number;
}

/**
 * Blocks of one round of each candidate, each block in a seeded random order of its own. Whatever changes
 * slowly (a busy neighbour, a warming machine) then meets every candidate alike; see docs/methodology.md.
 */
export const scheduleRounds = <T>(
  entries: readonly T[],
  blocks: number,
  seed: number,
): readonly ScheduledRound<T>[] => {
  const random = createRandom(seed);
  return Array.from({ length: blocks }, (_, index) =>
    random.shuffle(entries).map((entry, position) => ({ entry, block: index + 1, position: position + 1 })),
  ).flat();
};
