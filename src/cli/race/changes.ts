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
    ...(isPaired
      ? []
      : [
          '  Two races share nothing: what the machine did in between is in these numbers. To gate a change, race both at once.',
        ]),
  ];
  return plainText(`${lines.join('\n')}\n`);
};

const writeLine = (change: Change): string => {
  const { metric, before, after, verdict, reason } = change;
  const who = before === after ? before : `${before} -> ${after}`;
  return `${who}: ${metric} ${changeText(change)}: ${changeWords[verdict]}${reason === undefined ? '' : ` (${reason})`}`;
};
