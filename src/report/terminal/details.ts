import { formatEstimateRange, formatInterval, formatNumber, formatPercent } from '../../base/index.ts';
import type { BestResult, ComparisonResult, RaceResult } from '../../result/index.ts';
import { plainText } from '../text/plain-text.ts';
import { countBlocks } from '../view/count-blocks.ts';

/** What a race was and ran on, and each comparison of its verdict: what somebody asks who wants to check a finding. */
export const detailLines = (race: RaceResult): readonly string[] => [
  ...conditionLines(race),
  ...linkLines(race),
  ...comparisonLines(race),
];

const conditionLines = (race: RaceResult): readonly string[] => {
  const { plan, environment } = race;
  const count = countBlocks(race);
  const blocks = `${count} ${count === 1 ? 'block' : 'blocks'} of ${plan.durationMs / 1_000} s`;
  const between = [
    plan.proxy && `proxy maxconn ${plan.proxy.maxconn}`,
    plan.pooler && `pooler ${plan.pooler.connections} connections`,
  ];
  const versions = Object.entries(environment.versions).map(([name, version]) => `${name} ${version}`);
  return [
    `${plan.workload.name} x ${plan.workload.scale}: ${[`${plan.connections} connections`, blocks, ...between].filter(Boolean).join(', ')}.`,
    `${environment.cpu}, ${environment.cores} cores, Linux ${environment.kernel}, ${[`node ${environment.node}`, ...versions].join(', ')}.`,
  ].map(plainText);
};

/** What each emulated path was asked to do, and what it did: the median over the rounds' own. */
const linkLines = (race: RaceResult): readonly string[] =>
  Object.entries(race.plan.links).map(([place, { rttMs }]) => {
    const achieved = race.candidates
      .flatMap(({ rounds }) => rounds.map((round) => round.links?.[place]?.rttMs.p50))
      .filter((value) => value !== undefined)
      .sort((a, b) => a - b);
    const middle = achieved[Math.floor(achieved.length / 2)];
    return `Link ${place}: ${formatEstimateRange(rttMs, ' ms')} asked, ${formatEstimateRange(middle, ' ms')} achieved (median).`;
  });

/**
 * A line on throughput for each candidate beside the fastest, and one for the A/A controls. Why a verdict is withheld stands
 * once, among the warnings.
 */
const comparisonLines = (race: RaceResult): readonly string[] => {
  const rates = race.comparisons.filter(({ metric }) => metric === 'requestsPerSecond');
  const fastest = rates[0]?.a;
  const isControlPair = ({ a, b }: ComparisonResult) => [a, b].includes(race.plan.control?.name ?? '');
  const shown = rates.filter((comparison) => comparison.a === fastest || isControlPair(comparison));
  return [...shown.map(writeLine), ...(race.best ?? []).flatMap(writeBest), ...lookLines(race)].map(plainText);
};

/** Why the intervals are wider than those of another race of as many blocks. */
const lookLines = ({ looks, plan }: RaceResult): readonly string[] => {
  if (looks === undefined) return [];
  const { at } = looks;
  const times = ['', 'once', 'twice'][at.length] ?? `${at.length} times`;
  return plan.until === undefined
    ? [`The race had ended before, after ${at.join(' and ')} blocks: the intervals allow for that look.`]
    : [`The race was looked at ${times}, to end when decided: the intervals allow for all looks.`];
};

/** The intervals above hold for all pairs together; to be ahead of all others takes less. Two candidates are a pair, and that is above. */
const writeBest = ({ candidate, over }: BestResult): readonly string[] => {
  if (over.length < 2) return [];
  const bounds = over.map((other) => `${formatNumber(other.low)}x ${other.candidate}`);
  return [
    `${candidate} serves more than each of the others there (comparison with the best, 95 %): at least ${bounds.join(', ')}.`,
  ];
};

const writeLine = (comparison: ComparisonResult): string => {
  const { a, b, ratio, low, high, mde, blocks } = comparison;
  const interval = formatInterval({ low, high }) ?? '[?]';
  const detectable = mde === undefined ? '' : `; differences from ${formatPercent(mde)} on would show`;
  const count = blocks === 1 ? '1 block' : `${blocks} blocks`;
  return `${a} / ${b}: ${formatNumber(ratio)} ${interval}: ${chooseWords(comparison)} (${count}${detectable}).`;
};

const chooseWords = ({ verdict, isNegligible, margin, moreRounds }: ComparisonResult): string => {
  const within = `by less than ${formatPercent(margin)}`;
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
