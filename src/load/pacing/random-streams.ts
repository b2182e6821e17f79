import { createRandom, type Random } from '../../stats/recording/index.ts';

/** Random numbers of their own for each purpose of each worker, so that what one draws never shifts another. */
export const findStream = (seed: number, stream: number): Random =>
  createRandom(seed ^ Math.imul(stream + 1, 0x85ebca6b));
