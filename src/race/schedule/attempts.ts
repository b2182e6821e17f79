import type { RoundResult } from '../../result/index.ts';

/** What is to be done about one candidate in one block. */
export type NextAttempt =
  | { readonly kind: 'measured' }
  | { readonly kind: 'play'; readonly attempt: number }
  /** Too many of its rounds were refused or failed; `reason` is the last one's. */
  | { readonly kind: 'spent'; readonly reason: string };

/**
 * Decides from the rounds that a candidate has played, in whatever process that was: a block wants one measured round,
 * and `retries` lost rounds are played again before the candidate is left out.
 */
export const nextAttempt = (played: readonly RoundResult[], block: number, retries: number): NextAttempt => {
  const inBlock = played.filter((round) => round.block === block);
  if (inBlock.some(({ outcome }) => outcome === 'measured')) return { kind: 'measured' };
  const lost = played.filter(({ outcome }) => outcome !== 'measured');
  const last = lost.at(-1);
  return last !== undefined && lost.length > retries
    ? { kind: 'spent', reason: last.reason ?? last.outcome }
    : { kind: 'play', attempt: inBlock.length + 1 };
};
