import type { Estimate } from '../../src/explain/index.ts';
import { findMedian, type RatioEstimate } from '../../src/stats/index.ts';
import type { PredictedPoint } from './predictions.ts';

/** What the issue asks of the model: shares of the measured value. */
const bounds = { rateMedian: 0.07, rateWorst: 0.15, latencyMedian: 0.12 };

/**
 * One line a point, in Markdown; intervals are 95 %: of the seconds measured, of the inputs of the model, and of the error that of
 * the sets.
 */
export const tableOf = (points: readonly PredictedPoint[]): string => {
  const order = (a: PredictedPoint, b: PredictedPoint): number =>
    a.rttMs - b.rttMs || a.connections - b.connections || a.pool - b.pool;
  const servers = [...new Set(points.map(({ server }) => server))];
  return [
    '| server | RTT ms | connections | pool | measured /s | predicted /s | error | with its own CPU | measured ms | predicted ms | error | others | drift | fullest |',
    '|---|---|---|---|---|---|---|---|---|---|---|---|---|---|',
    ...servers
      .flatMap((server) => points.filter((point) => point.server === server).sort(order))
      .map((point) => {
        const { server, rttMs, connections, pool, measured, predicted, others, drift, fullest } = point;
        const cells = [
          server,
          rttMs,
          connections,
          pool,
          withInterval(measured.requestsPerSecond),
          withInterval(predicted.requestsPerSecond),
          errorWithInterval(point.ratio.requestsPerSecond),
          signed(point.ratio.withOwnCpu.ratio - 1),
          withInterval(measured.latencyMs),
          withInterval(predicted.latencyMs),
          errorWithInterval(point.ratio.latencyMs),
          `${Math.round(100 * others)} %`,
          `${Math.round(100 * drift)} %`,
          `${Math.round(100 * fullest)} %`,
        ];
        return `| ${cells.join(' | ')} |`;
      }),
  ].join('\n');
};

/** Median and worst errors beside the bounds, of all and of each server. */
export const errorsOf = (points: readonly PredictedPoint[]): string =>
  [undefined, ...new Set(points.map(({ server }) => server))]
    .map((server) => {
      const own = server === undefined ? points : points.filter((point) => point.server === server);
      const rates = own.map((point) => Math.abs(rateError(point)));
      const latencies = own.map((point) => Math.abs(latencyError(point)));
      const signs = findMedian(own.map(rateError));
      const ofModel = own.map(({ ratio }) => Math.abs(ratio.withOwnCpu.ratio - 1));
      return `${server ?? 'all'}, ${own.length} points: throughput error median ${held(findMedian(rates), bounds.rateMedian)}, worst ${held(Math.max(...rates), bounds.rateWorst)}; response time median ${held(findMedian(latencies), bounds.latencyMedian)}; median with its sign ${signed(signs)}; told the CPU per request of each point, throughput error median ${percent(findMedian(ofModel))}, worst ${percent(Math.max(...ofModel))}`;
    })
    .join('\n');

const rateError = ({ ratio }: PredictedPoint): number => ratio.requestsPerSecond.ratio - 1;
const latencyError = ({ ratio }: PredictedPoint): number => ratio.latencyMs.ratio - 1;

const errorWithInterval = (estimate: RatioEstimate): string =>
  estimate.kind === 'point'
    ? signed(estimate.ratio - 1)
    : `${signed(estimate.ratio - 1)} [${signed(estimate.low - 1)}, ${signed(estimate.high - 1)}]`;
const held = (error: number, bound: number): string =>
  `${percent(error)} (${error <= bound ? 'within' : 'ABOVE'} ${percent(bound)})`;
const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
const signed = (share: number): string => `${share < 0 ? '' : '+'}${percent(share)}`;
const withInterval = ({ value, low, high }: Estimate): string =>
  `${value.toPrecision(3)} [${Math.max(0, low).toPrecision(3)}, ${high.toPrecision(3)}]`;
