import { changeText, changeWords, plainText } from '../../report/index.ts';
import type { Change, Changes } from '../../result/index.ts';

/** Changes as lines: what, by how much with its interval, and what may be concluded. */
export const formatChanges = ({ before, after, isPaired, changes, differences }: Changes): string => {
  const title = isPaired ? `${before}, block by block` : `${before} (before) and ${after} (after)`;
  const lines = [
    title,
    ...changes.map((change) => `  ${writeLine(change)}`),
    ...(changes.length === 0 ? ['  no candidate was measured on both sides'] : []),
    ...differences.map((difference) => `  not the same: ${difference}`),
    ...(isPaired ? [] : [besideText(changes)]),
  ];
  return plainText(`${lines.join('\n')}\n`);
};

/** What stands for the machine, which may have become faster or slower between the races. */
const besideText = (changes: readonly Change[]): string => {
  const names = [...new Set(changes.flatMap(({ beside }) => beside ?? []))];
  return names.length === 0
    ? '  What the machine did between the races is in these numbers. Race both at once, or name a candidate that did not change with --reference.'
    : `  Each beside ${names.join(', ')}, the same in both races: what the machine did in between cancels.`;
};

const writeLine = (change: Change): string => {
  const { metric, before, after, verdict, reason } = change;
  const who = before === after ? before : `${before} -> ${after}`;
  return `${who}: ${metric} ${changeText(change)}: ${changeWords[verdict]}${reason === undefined ? '' : ` (${reason})`}`;
};
