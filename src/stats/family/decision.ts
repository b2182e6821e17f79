import type { FamilyJudgement } from './family.ts';

/** Whether the pairs that matter are decided: the leader against each of the others. */
export interface FamilyDecision {
  /** The column that is ahead so far. */
  readonly leader: number;
  /** The leader is shown to be the best, or to be faster than each of the others or the same within the margin. */
  readonly isDecided: boolean;
  /** About how many more blocks would decide what is open; 0 where nothing is. */
  readonly moreBlocks: number;
}

/** @returns undefined where there is nobody to compare with. */
export const decideFamily = (
  { pairs, best }: FamilyJudgement,
  better: 'higher' | 'lower',
): FamilyDecision | undefined => {
  const [first] = pairs;
  if (first === undefined) return undefined;
  const wins = new Map<number, number>();
  for (const { a, b, ratio } of pairs) {
    const ahead = ratio > 1 === (better === 'higher') ? a : b;
    for (const column of [a, b]) wins.set(column, (wins.get(column) ?? 0) + (column === ahead ? 1 : 0));
  }
  const [leader] = [...wins].reduce((most, entry) => (entry[1] > most[1] ? entry : most));
  const open = pairs.filter(({ a, b, kind }) => kind === 'cant-tell' && (a === leader || b === leader));
  const isDecided = best !== undefined || open.length === 0;
  return {
    leader,
    isDecided,
    moreBlocks: isDecided ? 0 : Math.max(...open.map(({ moreBlocks }) => moreBlocks ?? 1)),
  };
};
