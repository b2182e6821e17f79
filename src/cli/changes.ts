import { formatNumber, plainText } from '../report/index.ts';
import type { Change, Changes } from '../result/index.ts';

/** Changes as lines: what, by how much with its interval, and what may be concluded. */
export const formatChanges = ({ before, after, isPaired, changes, differences }: Changes): string => {
  const title = isPaired ? `${before}, block by block` : `${before} (before) and ${after} (after)`;
  const lines = [
    title,
    ...changes.map((change) => `  ${lineOf(change)}`),
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

const lineOf = ({ metric, before, after, ratio, low, high, verdict, reason }: Change): string => {
  const who = before === after ? before : `${before} -> ${after}`;
  const interval = low === undefined || high === undefined ? '[?]' : `[${percent(low)}, ${percent(high)}]`;
  return `${who}: ${metric} ${percent(ratio)} ${interval}: ${words[verdict]}${reason === undefined ? '' : ` (${reason})`}`;
};

const words = {
  faster: 'better',
  slower: 'worse',
  same: 'the same',
  'cant-tell': 'cannot tell',
  withheld: 'no verdict',
} as const;

const percent = (ratio: number): string => {
  const share = (ratio - 1) * 100;
  return `${share >= 0 ? '+' : '-'}${formatNumber(Math.abs(share))} %`;
};
