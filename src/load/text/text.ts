import { decodeHistogram, Histogram } from '../../stats/recording/index.ts';
import type { LoadResult, RouteResult, Spread } from '../job/types.ts';
import { formatExtras } from './extras.ts';
import { linearBins } from './linear-bins.ts';
import { formatBytes, type TimeUnit, timeUnitFor } from './units.ts';

export const textPercentiles = [10, 25, 50, 75, 90, 95, 99, 99.9, 99.99] as const;
const histogramRows = 11;
const widestBar = 32;

export interface TextOptions {
  /** @default chosen from the slowest request */
  readonly timeUnit?: TimeUnit;
  /** Times of answers of the class status beside those of the others. @default false */
  readonly breakdown?: boolean;
}

/**
 * oha's text, line for line, and after it what oha doesn't say. Where oha prints NaN or inf because nothing succeeded, there is a
 * dash. Times are of ok and wrong answers: service times in the closed loop, times from the planned send in the open loop.
 */
export const formatText = (result: LoadResult, options: TextOptions = {}): string => {
  const times = shownHistogram(result);
  const unit = options.timeUnit ?? timeUnitFor(times.max);
  const time = (ns: number): string => (times.total === 0 ? '-' : `${(ns / unit.ns).toFixed(4)} ${unit.name}`);
  const elapsedSeconds = result.elapsedMs / 1000;
  const answers = answerCount(result);
  return [
    'Summary:',
    `  Success rate:\t${(successRate(result) * 100).toFixed(2)}%`,
    `  Total:\t${((result.elapsedMs * 1e6) / unit.ns).toFixed(4)} ${unit.name}`,
    `  Slowest:\t${time(times.max)}`,
    `  Fastest:\t${time(times.min)}`,
    `  Average:\t${time(meanNs(result))}`,
    `  Requests/sec:\t${result.requestsPerSecond.toFixed(4)}`,
    '',
    `  Total data:\t${formatBytes(result.bodyBytes)}`,
    `  Size/request:\t${answers === 0 ? '-' : formatBytes(result.bodyBytes / answers)}`,
    `  Size/sec:\t${elapsedSeconds > 0 ? formatBytes(result.bodyBytes / elapsedSeconds) : '-'}`,
    '',
    ...timesLines('', times, unit),
    ...(options.breakdown === true ? breakdownLines(result, times, unit) : []),
    '',
    'Details (average, fastest, slowest):',
    `  DNS+dialup:\t${spreadText(dialWithDns(result), unit)}`,
    `  DNS-lookup:\t${spreadText(result.details.dnsMs, unit)}`,
    '',
    'Status code distribution:',
    ...byCount(result.statusCodes).map(([status, count]) => `  [${status}] ${count} responses`),
    ...errorLines(result),
    '',
    ...formatExtras(result),
    '',
  ].join('\n');
};

/** Answers of any status: those that the bytes are of. */
export const answerCount = ({ statusCodes }: LoadResult): number =>
  Object.values(statusCodes).reduce((sum, count) => sum + count, 0);

/** ok of all requests that ended by themselves or were never sent; what was cut off at the deadline is not the server's doing. */
export const successRate = ({ counts }: LoadResult): number => {
  const { cutOff: _, ...judged } = counts;
  const sum = Object.values(judged).reduce((total, count) => total + count, 0);
  return sum === 0 ? 0 : counts.ok / sum;
};

/** The open loop shows times from the planned send, the closed loop has only service times. */
export const shownHistogram = ({ histograms, responseMs, latencyMs }: LoadResult | RouteResult): Histogram => {
  const { min, max } = responseMs ?? latencyMs;
  const histogram = decodeHistogram(histograms.responseTimeNs ?? histograms.serviceTimeNs);
  // A decoded histogram knows its ends only to a cell; the summary has them exactly.
  histogram.restoreEnds(Math.round(min * 1e6), Math.round(max * 1e6));
  return histogram;
};

const timesLines = (of: string, times: Histogram, unit: TimeUnit): string[] => [
  `Response time histogram${of}:`,
  ...histogramLines(times, unit),
  '',
  `Response time distribution${of}:`,
  ...textPercentiles.map((percentile) => {
    const ns = times.quantile(percentile / 100);
    return `  ${percentile.toFixed(2)}% in ${times.total === 0 ? '-' : `${(ns / unit.ns).toFixed(4)} ${unit.name}`}`;
  }),
  '',
];

const breakdownLines = (result: LoadResult, times: Histogram, unit: TimeUnit): string[] => [
  ...timesLines(' (ok and wrong)', times, unit),
  ...timesLines(' (other statuses)', statusHistogram(result), unit),
];

/** Times of answers of the class status. */
export const statusHistogram = ({ histograms: { statusTimeNs } }: LoadResult): Histogram =>
  statusTimeNs === undefined ? new Histogram() : decodeHistogram(statusTimeNs);

const meanNs = ({ responseMs, latencyMs }: LoadResult): number => (responseMs ?? latencyMs).mean * 1e6;

const histogramLines = (times: Histogram, unit: TimeUnit): string[] => {
  if (times.total === 0) return ['  (no answers)'];
  const bins = linearBins(times, histogramRows);
  const most = Math.max(...bins.map(({ count }) => count));
  const labelWidth = Math.max(...bins.map(({ upTo }) => String(Math.floor(upTo / unit.ns)).length)) + 4;
  const countWidth = String(most).length;
  return bins.map(({ upTo, count }) => {
    const label = (upTo / unit.ns).toFixed(3).padStart(labelWidth);
    const bar = '■'.repeat(Math.floor((widestBar * count) / most));
    return `  ${label} ${unit.name} ${`[${count}]`.padEnd(countWidth + 2)} |${bar}`;
  });
};

/** oha's DNS+dialup is from the lookup to the open connection. */
export const dialWithDns = ({ details: { dialMs, dnsMs } }: LoadResult): Spread => ({
  average: dialMs.average + dnsMs.average,
  fastest: dialMs.fastest + dnsMs.fastest,
  slowest: dialMs.slowest + dnsMs.slowest,
});

const spreadText = ({ average, fastest, slowest }: Spread, unit: TimeUnit): string =>
  [average, fastest, slowest].map((ms) => `${((ms * 1e6) / unit.ns).toFixed(4)} ${unit.name}`).join(', ');

const errorLines = ({ errors }: LoadResult): string[] => {
  const sorted = byCount(errors);
  return sorted.length === 0
    ? []
    : ['', 'Error distribution:', ...sorted.map(([message, count]) => `  [${count}] ${message}`)];
};

const byCount = (counts: Readonly<Record<string, number>>): [string, number][] =>
  Object.entries(counts).toSorted(([, a], [, b]) => b - a);
