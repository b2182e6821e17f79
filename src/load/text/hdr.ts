import type { Histogram } from '../../stats/recording/index.ts';
import type { LoadResult } from '../job/types.ts';
import { shownHistogram } from './text.ts';

/** Steps a halving of the distance to 100 %, as in HdrHistogram's own output. */
const stepsPerHalf = 5;

/** The spectrum of all answers, and behind it one of each route, under a comment with its name. */
export const formatHdrResult = (result: LoadResult): string =>
  [
    formatHdr(shownHistogram(result)),
    ...(result.routes ?? []).map((route) => `\n#[Route = ${route.name}]\n${formatHdr(shownHistogram(route))}`),
  ].join('');

/**
 * The percentile spectrum in the text format of HdrHistogram, which its plotters read: values in ms, percentiles that close in on
 * 100 % in ever smaller steps.
 */
export const formatHdr = (histogram: Histogram): string => {
  const lines = ['       Value     Percentile TotalCount 1/(1-Percentile)', ''];
  for (const { valueNs, ratio, count } of spectrum(histogram)) {
    const inverse = ratio < 1 ? ` ${(1 / (1 - ratio)).toFixed(2).padStart(14)}` : '';
    lines.push(`${ms(valueNs)} ${ratio.toFixed(12)} ${String(count).padStart(10)}${inverse}`);
  }
  lines.push(
    `#[Mean    = ${ms(histogram.mean)}, StdDeviation   = ${ms(histogram.standardDeviation)}]`,
    `#[Max     = ${ms(histogram.max)}, Total count    = ${String(histogram.total).padStart(12)}]`,
    `#[Buckets = ${'32'.padStart(12)}, SubBuckets     = ${'2048'.padStart(12)}]`,
  );
  return `${lines.join('\n')}\n`;
};

const ms = (ns: number): string => (ns / 1e6).toFixed(3).padStart(12);

interface SpectrumPoint {
  readonly valueNs: number;
  readonly ratio: number;
  readonly count: number;
}

/** The next level after each one reached lies a fifth of the way to the next halving of what is left. */
function* spectrum(histogram: Histogram): Generator<SpectrumPoint> {
  let level = 0;
  let count = 0;
  for (const cell of histogram.cells()) {
    count += cell.count;
    const reached = count / histogram.total;
    const valueNs = Math.min(cell.highest, histogram.max);
    // The steps add up with a rounding error.
    while (level < 1 && reached >= level - 1e-12) {
      yield { valueNs, ratio: level, count };
      if (reached === 1 && level >= 1 - 1 / histogram.total) break;
      const halvings = Math.floor(Math.log2(1 / (1 - level))) + 1;
      level += 1 / (stepsPerHalf * 2 ** halvings);
    }
  }
  if (count > 0) yield { valueNs: histogram.max, ratio: 1, count };
}
