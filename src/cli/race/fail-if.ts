import { PitwallError } from '../../base/index.ts';
import { type Change, type MetricName, metricNames } from '../../result/index.ts';

/** `requestsPerSecond < -5%`: a change that must not be. */
export interface FailIf {
  readonly text: string;
  readonly metric: MetricName;
  readonly direction: '<' | '>';
  /** The bound on after / before. */
  readonly ratio: number;
}

/** @throws PitwallError `usage.invalid`. */
export const parseFailIf = (text: string): FailIf => {
  const match = /^\s*(\w+)\s*([<>])\s*([+-]?\d+(?:\.\d+)?)\s*%\s*$/.exec(text);
  const metric = metricNames.find((name) => name === match?.[1]);
  const ratio = 1 + Number(match?.[3]) / 100;
  if (match === null || metric === undefined || !(ratio > 0)) {
    throw new PitwallError(
      'usage.invalid',
      `--fail-if "${text}": expected METRIC < -5% or METRIC > 10%, with a metric of ${metricNames.join(', ')}.`,
    );
  }
  return { text, metric, direction: match[2] as '<' | '>', ratio };
};

/** How a change stands to a condition. */
export type FailIfAnswer = 'holds' | 'fails' | 'not-shown' | 'withheld';

/**
 * `fails` only when the whole 95 % interval lies on the wrong side; `not-shown` when the estimate does, but not
 * all of its interval.
 */
export const testFailIf = (
  { direction, ratio: limit }: FailIf,
  { ratio, low, high, verdict }: Change,
): FailIfAnswer => {
  const isBeyond = (value: number) => (direction === '<' ? value < limit : value > limit);
  if (verdict === 'withheld') return 'withheld';
  if (!isBeyond(ratio)) return 'holds';
  const nearest = direction === '<' ? high : low;
  return nearest !== undefined && isBeyond(nearest) ? 'fails' : 'not-shown';
};
