import type { LoadResult, Spread } from '../types.ts';
import { linearBins } from './linear-bins.ts';
import { dialWithDns, shownHistogram, successRate, textPercentiles } from './text.ts';

/**
 * oha's JSON (seconds), with the whole result under `pitwall`. `rps` is over the measured seconds of the time line, not over oha's
 * intervals of 10 ms. What was not measured is null.
 */
export const formatJson = (result: LoadResult): string => {
  const times = shownHistogram(result);
  const { mean } = result.responseMs ?? result.latencyMs;
  const isEmpty = times.total === 0;
  const elapsedSeconds = result.elapsedMs / 1000;
  const seconds = (ns: number): number | null => (isEmpty ? null : ns / 1e9);
  const document = {
    summary: {
      successRate: successRate(result),
      total: elapsedSeconds,
      slowest: seconds(times.max),
      fastest: seconds(times.min),
      average: seconds(mean * 1e6),
      requestsPerSec: result.requestsPerSecond,
      totalData: result.bodyBytes,
      sizePerRequest: isEmpty ? null : Math.floor(result.bodyBytes / times.total),
      sizePerSec: elapsedSeconds > 0 ? result.bodyBytes / elapsedSeconds : null,
    },
    responseTimeHistogram: isEmpty
      ? {}
      : Object.fromEntries(linearBins(times, 11).map(({ upTo, count }) => [upTo / 1e9, count])),
    latencyPercentiles: Object.fromEntries(
      textPercentiles.map((percentile) => [`p${percentile}`, seconds(times.quantile(percentile / 100))]),
    ),
    rps: ratesOf(result),
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

const inSeconds = ({ average, fastest, slowest }: Spread): Spread => ({
  average: average / 1000,
  fastest: fastest / 1000,
  slowest: slowest / 1000,
});

const ratesOf = ({ timeline, requestsPerSecond }: LoadResult) => {
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
