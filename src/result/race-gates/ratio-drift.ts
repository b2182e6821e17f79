import { formatWholePercent } from '../../base/index.ts';
import { linearTrend, logRatios } from '../../stats/index.ts';
import type { Contestant } from '../comparisons.ts';
import { pairRounds } from '../paired-rounds.ts';
import type { RaceGate } from '../schema/comparison.ts';

const limit = 0.05;
/** The share of races without drift in which any pair is withheld, at most; each pair has its part of it (Bonferroni). */
const falseShare = 0.01;
const fewestBlocks = 5;

/**
 * The ratio of two candidates itself changed from block to block (a table that one of them fills, a warming cache): then there is no
 * single ratio to judge.
 */
export const ratioDriftGates = (contestants: readonly Contestant[]): readonly RaceGate[] => {
  const level = 1 - falseShare / ((contestants.length * (contestants.length - 1)) / 2);
  const closed = contestants.flatMap((a, index) =>
    contestants.slice(index + 1).flatMap((b): readonly RaceGate[] => {
      const { pairedA, pairedB } = pairRounds(a.rounds, b.rounds, 'requestsPerSecond');
      if (pairedA.length < fewestBlocks) return [];
      const trend = linearTrend(logRatios(pairedA, pairedB), level);
      if (trend.kind === 'unknown' || trend.low * trend.high <= 0) return [];
      const value = Math.exp(trend.slope * (pairedA.length - 1)) - 1;
      if (Math.abs(value) <= limit) return [];
      const reason = `the ratio of ${a.name} to ${b.name} changed by ${formatWholePercent(value)} from the first block to the last`;
      return [
        { name: 'ratio-drift', ok: false, effect: 'withholds', candidates: [a.name, b.name], value, limit, reason },
      ];
    }),
  );
  return closed.length > 0 ? closed : [{ name: 'ratio-drift', ok: true, effect: 'withholds', candidates: [], limit }];
};
