import { formatWholePercent } from '../../base/index.ts';
import type { Demands } from '../demands/demands.ts';
import type { Estimate } from '../demands/estimate.ts';
import { type WhatIf, type WhatIfChange, whatIf, withChange } from '../what-if/what-if.ts';

/** A setting that the model was not calibrated on, predicted and then measured. */
export interface Check {
  readonly setting: Setting;
  readonly predictedPerSecond: number;
  readonly measuredPerSecond: Estimate;
}

/** Where a candidate ran, as far as a change can touch it. */
export interface Setting {
  readonly rttMs: number;
  readonly roundTrips: number;
  readonly connections: number;
  readonly workers: number;
  readonly pool?: number;
  readonly maxconn?: number;
  readonly cores?: number;
}

/** How wrong the model was where it could be compared with a measurement. */
export interface ModelError {
  readonly checks: number;
  /** |predicted / measured - 1| in the middle and at the worst. */
  readonly median: number;
  readonly worst: number;
}

export type CheckedWhatIf =
  | { readonly kind: 'predicted'; readonly whatIf: WhatIf; readonly error: ModelError }
  /** Beyond what the model was checked for; the reason names what, and how far it was checked. */
  | { readonly kind: 'withheld'; readonly reason: string };

const words: Readonly<Record<keyof Setting, (value: string) => string>> = {
  rttMs: (ms) => `a round trip of ${ms} ms`,
  roundTrips: (count) => `${count} round trips per request`,
  connections: (count) => `${count} client connections`,
  workers: (count) => `${count} processes`,
  pool: (count) => `a pool of ${count} in all`,
  maxconn: (count) => `maxconn ${count}`,
  cores: (count) => `${count} cores`,
};

/** A prediction may go this much beyond the checked range: a factor, either way. */
const reach = 2;
/** A model that was this wrong where it was checked predicts nothing. */
const worstUsable = 0.3;

export const readSetting = ({ client, database, server, pool, proxy, hosts }: Demands): Setting => {
  const cores = hosts.find(({ components }) => components.includes('server'))?.cores;
  return {
    rttMs: database.linkMs.value,
    roundTrips: database.roundTrips.value,
    connections: client.connections,
    workers: server.processes,
    ...(pool === undefined ? {} : { pool: pool.connections }),
    ...(proxy?.maxconn === undefined ? {} : { maxconn: proxy.maxconn }),
    ...(cores === undefined ? {} : { cores }),
  };
};

/** Undefined without checks: then nothing is known about the model here. */
export const findModelError = (checks: readonly Check[]): ModelError | undefined => {
  const errors = checks
    .map(({ predictedPerSecond, measuredPerSecond }) => Math.abs(predictedPerSecond / measuredPerSecond.value - 1))
    .sort((a, b) => a - b);
  const middle = errors[(errors.length - 1) >> 1];
  return middle === undefined ? undefined : { checks: errors.length, median: middle, worst: errors.at(-1)! };
};

/**
 * A what-if with the model's own error beside it, or withheld: without any check, where the checks went badly, or
 * for a setting more than a factor of two outside what was checked.
 *
 * @throws PitwallError `explain.invalid` for a change that the candidate has no place for.
 */
export const checkedWhatIf = (
  demands: Demands,
  change: WhatIfChange,
  checks: readonly Check[],
  measuredPerSecond?: Estimate,
): CheckedWhatIf => {
  const error = findModelError(checks);
  const reason = reasonToWithhold(demands, change, checks);
  if (error === undefined || reason !== undefined) return { kind: 'withheld', reason: reason ?? unchecked };
  return { kind: 'predicted', whatIf: whatIf(demands, change, measuredPerSecond), error };
};

const unchecked = 'the model was not checked on any setting that it was not calibrated on';

/** Why a change is beyond what the model was checked for; undefined where it is not. */
export const reasonToWithhold = (
  demands: Demands,
  change: WhatIfChange,
  checks: readonly Check[],
): string | undefined => {
  const changed = readSetting(withChange(demands, change));
  const error = findModelError(checks);
  if (error === undefined) return unchecked;
  if (error.worst > worstUsable) {
    return `the model was wrong by up to ${formatWholePercent(error.worst)} on the ${error.checks === 1 ? 'setting' : `${error.checks} settings`} it was checked on`;
  }
  const known = [readSetting(demands), ...checks.map(({ setting }) => setting)];
  for (const name of Object.keys(changed) as (keyof Setting)[]) {
    const values = known.flatMap((setting) => setting[name] ?? []);
    const [low, high] = [Math.min(...values), Math.max(...values)];
    const value = changed[name]!;
    if (value < low / reach || value > high * reach) {
      return `${words[name](number(value))} is beyond what the model was checked for (${low === high ? number(low) : `${number(low)} to ${number(high)}`}, and a factor of ${reach} either way)`;
    }
  }
  return undefined;
};

const number = (value: number): string => String(Number(value.toPrecision(3)));
