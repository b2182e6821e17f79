import type { RaceResult } from '../../result/index.ts';

/** Blocks that the race has, or is to have: a precision or a verdict may have asked for more than the plan's least. */
export const countBlocks = ({ plan, candidates }: Pick<RaceResult, 'plan' | 'candidates'>): number =>
  Math.max(plan.blocks, ...candidates.flatMap(({ rounds }) => rounds.map(({ block }) => block)));
