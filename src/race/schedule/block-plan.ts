import type { Plan } from '../../plan/index.ts';
import { type RoundResult, tabulateRounds } from '../../result/index.ts';
import { type StoppingDecision, shouldStop } from '../../stats/index.ts';

/** With a precision, fewer blocks say too little about the variability (see stats/stopping.ts). */
const fewestForPrecision = 8;

/** How many blocks the race will have, as far as can be told after those that were played. */
export interface BlockPlan {
  readonly blocks: number;
  /** Absent without a precision, or without a pair to compare. */
  readonly decision?: StoppingDecision;
}

/**
 * Without a precision the plan says how many blocks. With one, the standard deviation of the ratios so far does: never whether a difference
 * was found, for looking until there is one finds it in anything.
 *
 * @param rounds Of each candidate that is still in the race.
 * @param played Complete blocks.
 */
export const planBlocks = (
  { blocks, precision, maxBlocks }: Pick<Plan, 'blocks' | 'precision' | 'maxBlocks'>,
  rounds: readonly (readonly RoundResult[])[],
  played: number,
): BlockPlan => {
  if (precision === undefined || rounds.length < 2) return { blocks };
  const least = Math.min(maxBlocks, Math.max(blocks, fewestForPrecision));
  if (played < least) return { blocks: least };
  const complete = rounds.map((own) => own.filter(({ block }) => block <= played));
  const decision = shouldStop(tabulateRounds(complete, 'requestsPerSecond'), {
    precision,
    maxBlocks,
    minBlocks: least,
  });
  return { blocks: decision.kind === 'continue' ? played + decision.moreBlocks : played, decision };
};
