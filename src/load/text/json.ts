import { decodeHistogram, type Histogram } from '../../stats/recording/index.ts';
import type { LoadResult, Spread } from '../job/types.ts';
import { linearBins } from './linear-bins.ts';
import { answerCount, dialWithDns, shownHistogram, statusHistogram, successRate, textPercentiles } from './text.ts';

export interface JsonOptions {
  /** Times of answers of the class status beside those of the others. @default false */
  readonly breakdown?: boolean;
}

/**
 * oha's JSON (seconds), with the whole result under `pitwall`. `rps` is over the measured seconds of the time line, not over oha's
 * intervals of 10 ms. What was not measured is null.
 */
export const formatJson = (result: LoadResult, { breakdown = false }: JsonOptions = {}): string => {
  const times = shownHistogram(result);
  const { mean } = result.responseMs ?? result.latencyMs;
  const isEmpty = times.total === 0;
  const answers = answerCount(result);
  const elapsedSeconds = result.elapsedMs / 1000;
  const seconds = (ns: number): number | null => (isEmpty ? null : ns / 1e9);
  const milliseconds = (ns: number): number | null => (isEmpty ? null : ns / 1e6);
  const firstByte = decodeHistogram(result.histograms.firstByteNs);
  const { fastest, slowest } = result.details.firstByteMs;
  firstByte.restoreEnds(Math.round(fastest * 1e6), Math.round(slowest * 1e6));
  const document = {
    summary: {
      successRate: successRate(result),
      total: elapsedSeconds,
      slowest: seconds(times.max),
      fastest: seconds(times.min),
      average: seconds(mean * 1e6),
      requestsPerSec: result.requestsPerSecond,
      totalData: result.bodyBytes,
      sizePerRequest: answers === 0 ? null : Math.floor(result.bodyBytes / answers),
      sizePerSec: elapsedSeconds > 0 ? result.bodyBytes / elapsedSeconds : null,
    },
    metrics: {
      success_rate: successRate(result),
      requests_per_sec: result.requestsPerSecond,
      latency_ms: {
        min: milliseconds(times.min),
        mean: milliseconds(mean * 1e6),
        p50: milliseconds(times.quantile(0.5)),
        p95: milliseconds(times.quantile(0.95)),
        p99: milliseconds(times.quantile(0.99)),
        max: milliseconds(times.max),
      },
    },
    responseTimeHistogram: binsInSeconds(times),
    latencyPercentiles: percentilesInSeconds(times),
    firstByteHistogram: binsInSeconds(firstByte),
    firstBytePercentiles: percentilesInSeconds(firstByte),
    ...(breakdown && {
      responseTimeHistogramSuccessful: binsInSeconds(times),
      latencyPercentilesSuccessful: percentilesInSeconds(times),
      responseTimeHistogramNotSuccessful: binsInSeconds(statusHistogram(result)),
      latencyPercentilesNotSuccessful: percentilesInSeconds(statusHistogram(result)),
    }),
    rps: listRates(result),
    details: {
      DNSDialup: inSeconds(dialWithDns(result)),
      DNSLookup: inSeconds(result.details.dnsMs),
      firstByte: inSeconds(result.details.firstByteMs),
    },
    statusCodeDistribution: result.statusCodes,
    errorDistribution: result.errors,
    pitwall: result,
  };
  return `${JSON.stringify(document, null, 2)}\n`;
};

const binsInSeconds = (times: Histogram): Record<string, number> =>
  times.total === 0 ? {} : Object.fromEntries(linearBins(times, 11).map(({ upTo, count }) => [upTo / 1e9, count]));

const percentilesInSeconds = (times: Histogram): Record<string, number | null> =>
  Object.fromEntries(
    textPercentiles.map((percentile) => [
      `p${percentile}`,
      times.total === 0 ? null : times.quantile(percentile / 100) / 1e9,
    ]),
  );

const inSeconds = ({ average, fastest, slowest }: Spread): Spread => ({
  average: average / 1000,
  fastest: fastest / 1000,
  slowest: slowest / 1000,
});

const listRates = ({ timeline, requestsPerSecond }: LoadResult) => {
  // The last window is rarely a whole second.
  const whole = timeline.filter(({ isWarmup }) => !isWarmup).slice(0, -1);
  const rates = (whole.length === 0 ? [requestsPerSecond] : whole.map(({ ok }) => ok)).toSorted((a, b) => a - b);
  const mean = rates.reduce((sum, rate) => sum + rate, 0) / rates.length;
  const squares = rates.reduce((sum, rate) => sum + (rate - mean) ** 2, 0);
  const at = (percentile: number): number =>
    rates[Math.min(rates.length - 1, Math.floor((percentile / 100) * rates.length))]!;
  return {
    mean,
    stddev: rates.length < 2 ? null : Math.sqrt(squares / (rates.length - 1)),
    max: rates.at(-1)!,
    min: rates[0]!,
    percentiles: Object.fromEntries(textPercentiles.map((percentile) => [`p${percentile}`, at(percentile)])),
  };
};
