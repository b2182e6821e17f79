import { PitwallError } from '../../base/index.ts';
import { decodeHistogram } from '../../stats/recording/index.ts';
import type { LoadResult, RequestCounts } from './types.ts';

/** A condition on a result, in k6's grammar with k6's names of metrics. */
export interface Threshold {
  readonly text: string;
  readonly metric: ThresholdMetric;
  readonly aggregate: Aggregate;
  readonly operator: Operator;
  readonly limit: number;
}

const operators = ['>=', '<=', '==', '!=', '>', '<'] as const;
type Operator = (typeof operators)[number];

type Aggregate =
  | { readonly kind: 'avg' | 'min' | 'max' | 'med' | 'rate' | 'count' | 'value' }
  | { readonly kind: 'p'; readonly percentile: number };

const metrics = {
  http_req_duration: ['avg', 'min', 'max', 'med', 'p'],
  http_reqs: ['rate', 'count'],
  http_req_failed: ['rate', 'count'],
  vus: ['value'],
} as const;
type ThresholdMetric = keyof typeof metrics;

const grammar =
  /^\s*(?:(?<metric>[a-z_]+)\s*:\s*)?(?<aggregate>avg|min|max|med|rate|count|value|p\(\s*(?<percentile>\d+(?:\.\d+)?)\s*\))\s*(?<operator>>=|<=|===?|!=|>|<)\s*(?<limit>-?\d+(?:\.\d+)?)\s*$/;

/**
 * Parses `(avg|min|max|med|p(N)|rate|count|value) operator number`, where a metric may stand before it:
 * `http_req_failed: rate > 0.01`. Without one, times are `http_req_duration` (ms; open loop: from the planned send), `rate` and `count`
 * are `http_reqs` (ok per second, ok), and `value` is `vus` (connections). Throws `load.invalid`.
 */
export const parseThreshold = (text: string): Threshold => {
  const groups = grammar.exec(text)?.groups;
  if (groups === undefined) {
    throw new PitwallError(
      'load.invalid',
      `"${text}" is not a condition such as "p(99) > 200", "rate < 1000" or "http_req_failed: rate > 0.01".`,
    );
  }
  const aggregate = computeAggregate(groups);
  const metric = groups['metric'] ?? usualMetric(aggregate);
  if (!isMetric(metric)) {
    throw new PitwallError(
      'load.invalid',
      `"${text}" names the metric ${metric}; there are ${Object.keys(metrics).join(', ')}.`,
    );
  }
  const known: readonly string[] = metrics[metric];
  if (!known.includes(aggregate.kind)) {
    throw new PitwallError('load.invalid', `"${text}": ${metric} has ${known.join(', ')}, not ${aggregate.kind}.`);
  }
  if (aggregate.kind === 'p' && aggregate.percentile > 100) {
    throw new PitwallError('load.invalid', `"${text}": a percentile is at most 100.`);
  }
  const operator = groups['operator'] === '===' ? '==' : (groups['operator'] as Operator);
  return { text: text.trim(), metric, aggregate, operator, limit: Number(groups['limit']) };
};

export interface ThresholdTest {
  readonly holds: boolean;
  /** What the condition was compared with. Times of a run without answers are infinite. */
  readonly value: number;
  /** False where nothing was measured that it could be judged by: whoever relies on the condition must not take that for a yes or a no. */
  readonly hasData: boolean;
}

/** Whether the condition holds. */
export const testThreshold = (threshold: Threshold, result: LoadResult): ThresholdTest => {
  const value = measuredValue(threshold, result);
  return { holds: compare(value, threshold.operator, threshold.limit), value, hasData: hasData(threshold, result) };
};

const hasData = ({ metric }: Threshold, { counts }: LoadResult): boolean => {
  switch (metric) {
    case 'http_req_duration':
      return counts.ok + counts.wrong > 0;
    case 'http_reqs':
    case 'http_req_failed':
      return judgedCount(counts) > 0;
    case 'vus':
      return true;
    default:
      return metric satisfies never;
  }
};

/** All but those that were cut off, which nobody can call good or bad. */
const judgedCount = ({ cutOff: _, ...judged }: RequestCounts): number =>
  Object.values(judged).reduce((sum, count) => sum + count, 0);

const computeAggregate = (groups: Readonly<Record<string, string>>): Aggregate => {
  const { aggregate = '', percentile } = groups;
  return percentile === undefined
    ? { kind: aggregate as Exclude<Aggregate['kind'], 'p'> }
    : { kind: 'p', percentile: Number(percentile) };
};

const usualMetric = ({ kind }: Aggregate): ThresholdMetric => {
  if (kind === 'rate' || kind === 'count') return 'http_reqs';
  return kind === 'value' ? 'vus' : 'http_req_duration';
};

const isMetric = (name: string): name is ThresholdMetric => Object.hasOwn(metrics, name);

const measuredValue = ({ metric, aggregate }: Threshold, result: LoadResult): number => {
  switch (metric) {
    case 'http_req_duration':
      return timeMs(aggregate, result);
    case 'http_reqs':
      return aggregate.kind === 'count' ? result.counts.ok : result.requestsPerSecond;
    case 'http_req_failed': {
      const judged = judgedCount(result.counts);
      const failed = judged - result.counts.ok;
      return aggregate.kind === 'count' ? failed : failed / Math.max(1, judged);
    }
    case 'vus':
      return result.connections;
    default:
      return metric satisfies never;
  }
};

const timeMs = (aggregate: Aggregate, { histograms, responseMs, latencyMs }: LoadResult): number => {
  const histogram = decodeHistogram(histograms.responseTimeNs ?? histograms.serviceTimeNs);
  if (histogram.total === 0) return Number.POSITIVE_INFINITY;
  const { mean, min, max } = responseMs ?? latencyMs;
  switch (aggregate.kind) {
    case 'avg':
      return mean;
    case 'min':
      return min;
    case 'max':
      return max;
    case 'med':
      return histogram.quantile(0.5) / 1e6;
    case 'p':
      return Math.min(max, histogram.quantile(aggregate.percentile / 100) / 1e6);
    default:
      throw new RangeError(`times have no ${aggregate.kind}`);
  }
};

const compare = (value: number, operator: Operator, limit: number): boolean => {
  switch (operator) {
    case '>':
      return value > limit;
    case '>=':
      return value >= limit;
    case '<':
      return value < limit;
    case '<=':
      return value <= limit;
    case '==':
      return value === limit;
    case '!=':
      return value !== limit;
    default:
      return operator satisfies never;
  }
};
