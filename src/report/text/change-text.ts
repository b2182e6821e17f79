import { formatInterval, formatPercent } from '../../base/index.ts';
import type { Change } from '../../result/index.ts';

/** What may be concluded of a change from one race to another. */
export const changeWords: Readonly<Record<Change['verdict'], string>> = {
  faster: 'better',
  slower: 'worse',
  same: 'the same',
  'cant-tell': 'can’t tell',
  withheld: 'no verdict',
};

/** By how much, with its interval: `+12 % [+8 %, +16 %]`. */
export const changeText = ({ ratio, low, high }: Pick<Change, 'ratio' | 'low' | 'high'>): string =>
  `${percent(ratio)} ${formatInterval({ low, high }, percent) ?? '[?]'}`;

const percent = (ratio: number): string => {
  const share = ratio - 1;
  return `${share >= 0 ? '+' : '-'}${formatPercent(Math.abs(share))}`;
};
