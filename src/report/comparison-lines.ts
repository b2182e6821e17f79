import type { ComparisonResult, RaceResult } from '../result/index.ts';
import { formatNumber } from './numbers.ts';
import { plainText } from './plain-text.ts';

/**
 * A line on throughput for each candidate beside the fastest, and one for the twins. Why a verdict is withheld stands
 * once, among the cautions under the headline.
 */
export const comparisonLines = (race: RaceResult): readonly string[] => {
  const rates = race.comparisons.filter(({ metric }) => metric === 'requestsPerSecond');
  const fastest = rates[0]?.a;
  const isTwins = ({ a, b }: ComparisonResult) => [a, b].includes(race.plan.twin?.name ?? '');
  const shown = rates.filter((comparison) => comparison.a === fastest || isTwins(comparison));
  return shown.map((comparison) => plainText(lineOf(comparison)));
};

const lineOf = (comparison: ComparisonResult): string => {
  const { a, b, ratio, low, high, mde, blocks } = comparison;
  const interval = low === undefined || high === undefined ? '[?]' : `[${formatNumber(low)}, ${formatNumber(high)}]`;
  const detectable = mde === undefined ? '' : `; differences from ${formatNumber(mde * 100)} % on would show`;
  const count = blocks === 1 ? '1 block' : `${blocks} blocks`;
  return `${a} / ${b}: ${formatNumber(ratio)} ${interval}: ${wordsOf(comparison)} (${count}${detectable}).`;
};

const wordsOf = ({ verdict, isNegligible, margin, moreRounds }: ComparisonResult): string => {
  const within = `by less than ${formatNumber(margin * 100)} %`;
  switch (verdict) {
    case 'faster':
    case 'slower':
      return isNegligible ? `${verdict}, ${within}` : verdict;
    case 'same':
      return `the same, ${within}`;
    case 'cant-tell':
      return moreRounds === undefined ? 'cannot tell' : `cannot tell; about ${moreRounds} more blocks would`;
    case 'withheld':
      return 'no verdict';
    default:
      return verdict satisfies never;
  }
};
