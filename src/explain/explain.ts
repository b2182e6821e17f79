import type { Demands } from './demands/demands.ts';
import type { Estimate } from './demands/estimate.ts';
import { type Prediction, type PredictOptions, predict } from './predict/predict.ts';

/** What a race measured of one candidate, for the model to be compared with. */
export interface Measured {
  readonly requestsPerSecond: Estimate;
  /** Mean latency at the client. */
  readonly latencyMs?: Estimate;
}

/** The cause of a measured rate, or that the demands do not explain it. */
export type Explanation = {
  readonly candidate: string;
  readonly prediction: Prediction;
  readonly measured: Measured;
  /** predicted / measured - 1. */
  readonly rateError: number;
} & (
  | { readonly kind: 'explained' }
  /** The rounds scatter so much that they contradict nothing. */
  | { readonly kind: 'cant-tell'; readonly why: string }
  | {
      readonly kind: 'unexplained';
      /** Time a request and slot of the binding resource that no demand accounts for; negative when they hold too much. */
      readonly missingMs: number;
      readonly why: string;
    }
);

/** A rate further from the model than this is not explained by it, whatever resource the model names. */
const tolerable = 0.15;
/** Rounds whose interval is wider than this, either way, agree with too much to confirm anything. */
const widest = 0.25;

/**
 * Holds the model of a candidate against what was measured. A name for the bottleneck is worth something only
 * where the same numbers also give the rate; elsewhere the missing time is said instead.
 */
export const explain = (demands: Demands, measured: Measured, options: PredictOptions = {}): Explanation => {
  const prediction = predict(demands, options);
  const { value, low, high } = measured.requestsPerSecond;
  const rateError = prediction.requestsPerSecond.value / value - 1;
  const common = { candidate: demands.candidate, prediction, measured, rateError };
  if (Math.abs(rateError) <= tolerable) return { ...common, kind: 'explained' };
  const overlaps = prediction.requestsPerSecond.low <= high && low <= prediction.requestsPerSecond.high;
  if (overlaps && high - low <= 2 * widest * value) return { ...common, kind: 'explained' };
  if (overlaps) {
    const why = `the rounds lie between ${Math.round(low)} and ${Math.round(high)} requests/s: too far apart to hold the model's ${Math.round(prediction.requestsPerSecond.value)} against them`;
    return { ...common, kind: 'cant-tell', why };
  }
  const first = prediction.uses[0]!;
  const missingMs = (first.busy * 1_000) / value - (first.busy * 1_000) / prediction.requestsPerSecond.value;
  const direction = missingMs > 0 ? 'more than' : 'less than';
  return {
    ...common,
    kind: 'unexplained',
    missingMs,
    why: `the demands give ${Math.round(prediction.requestsPerSecond.value)} requests/s, measured were ${Math.round(value)}: each request keeps ${first.resource} ${Math.abs(missingMs).toPrecision(2)} ms ${direction} they account for${first.kind === 'station' && missingMs > 0 ? ', or something else used it' : ''}`,
  };
};
