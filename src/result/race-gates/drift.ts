import { formatWholePercent } from '../../base/index.ts';
import { average, linearTrend } from '../../stats/index.ts';
import type { Contestant } from '../comparisons.ts';
import { valuesByBlock } from '../paired-rounds.ts';
import type { RaceGate } from '../schema/comparison.ts';

/** Less over a whole race is nobody's concern, however sure it is. */
const limit = 0.05;

/**
 * The machine as a whole became slower or faster from block to block. Rounds are compared within their block, so ratios
 * stay right, but the rates are those of a machine that changed.
 */
export const driftGate = (contestants: readonly Contestant[]): readonly RaceGate[] => {
  const rates = contestants.map(({ rounds }) => valuesByBlock(rounds, 'requestsPerSecond'));
  const blocks = [...(rates[0]?.keys() ?? [])]
    .filter((block) => rates.every((own) => own.has(block)))
    .sort((a, b) => a - b);
  if (blocks.length < 3) return [];
  const levels = blocks.map((block) => average(rates.map((own) => Math.log(own.get(block)!))));
  const trend = linearTrend(levels);
  if (trend.kind === 'unknown') return [];
  const change = Math.exp(trend.slope * (blocks.length - 1)) - 1;
  const ok = trend.low * trend.high <= 0 || Math.abs(change) <= limit;
  return [
    {
      name: 'drift',
      ok,
      effect: 'warns',
      candidates: [],
      value: change,
      limit,
      ...(ok
        ? {}
        : {
            reason: `throughput of all candidates together ${change < 0 ? 'fell' : 'rose'} by ${formatWholePercent(Math.abs(change))} from the first block to the last; ratios are not biased by it`,
          }),
    },
  ];
};
