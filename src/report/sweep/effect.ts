import { formatInterval, formatNumber, formatPercent } from '../../base/index.ts';
import type { ComparisonResult, RaceResult } from '../../result/index.ts';
import { buildGrid } from './grid.ts';

/** What the swept values do to one candidate: its best point against its worst, and whether that difference is shown. */
export interface SweepEffect {
  readonly name: string;
  readonly isDecided: boolean;
  /** To follow the name and a colon. */
  readonly text: string;
}

/** One for each candidate that was measured at two points or more. */
export const sweepEffects = (race: RaceResult): readonly SweepEffect[] => {
  const { points, names, at } = buildGrid(race);
  return names.flatMap((name) => {
    const ranked = points
      .flatMap((point) => {
        const candidate = at(name, point);
        const rate = candidate?.summary?.requestsPerSecond.mean;
        return candidate === undefined || rate === undefined ? [] : [{ point, rate, entry: candidate.name }];
      })
      .sort((a, b) => b.rate - a.rate);
    const [best, worst] = [ranked[0], ranked.at(-1)];
    if (best === undefined || worst === undefined || best === worst) return [];
    return [{ name, ...measureEffect(race, best, worst) }];
  });
};

interface PointRate {
  readonly point: string;
  readonly entry: string;
}

const measureEffect = ({ comparisons }: RaceResult, best: PointRate, worst: PointRate): Omit<SweepEffect, 'name'> => {
  const entries = [best.entry, worst.entry];
  const found = comparisons.find(
    ({ metric, a, b }) => metric === 'requestsPerSecond' && entries.includes(a) && entries.includes(b),
  );
  if (found === undefined) {
    return { isDecided: false, text: 'its points have no block in common, so they are not compared' };
  }
  const { ratio, low, high } = found.a === best.entry ? found : inverse(found);
  const ends = formatInterval({ low, high });
  const interval = ends === undefined ? '' : ` ${ends}`;
  const most = `${best.point} serves ${formatNumber(ratio)}x ${worst.point}${interval}`;
  switch (found.verdict) {
    case 'faster':
    case 'slower': {
      const small = found.isNegligible === true ? `, which is less than ${formatPercent(found.margin)}` : '';
      return { isDecided: true, text: `${most}${small}` };
    }
    case 'same':
      return { isDecided: true, text: `the same at all points (${most})` };
    case 'cant-tell':
      return { isDecided: false, text: `no difference between its points is shown (at the most, ${most})` };
    case 'withheld':
      return { isDecided: false, text: `no verdict (${most}): a check has failed` };
    default:
      return found.verdict satisfies never;
  }
};

const inverse = ({ ratio, low, high }: ComparisonResult): Pick<ComparisonResult, 'ratio' | 'low' | 'high'> => ({
  ratio: 1 / ratio,
  low: high === undefined ? undefined : 1 / high,
  high: low === undefined ? undefined : 1 / low,
});
