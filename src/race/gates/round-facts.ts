import type { LoadResult } from '../../load/index.ts';
import type { LinkPlace, LinkPlan, Mismatch } from '../../plan/index.ts';
import type { Gate, RoundResult, Telemetry } from '../../result/index.ts';
import type { ComponentUsage } from '../../telemetry/index.ts';

/** Everything that gates judge a round by. */
export interface RoundFacts {
  readonly load: LoadResult;
  readonly warmupMs: number;
  /** Sampled answers that break the contract. */
  readonly mismatches: readonly Mismatch[];
  readonly usage: readonly ComponentUsage[];
  readonly machine: NonNullable<Telemetry['machine']>;
  /** Wall clock less monotonic clock over the timed part. */
  readonly clockJumpMs: number;
  /** The load before the warm-up, where the plan wants it. */
  readonly settling: RoundResult['settling'];
  /** Components that were stopped (SIGSTOP) when the round was over. */
  readonly stopped: readonly string[];
  readonly links: readonly {
    readonly place: LinkPlace;
    readonly asked: LinkPlan;
    readonly achieved: { readonly p50Ms: number; readonly p99Ms: number } | undefined;
  }[];
}

/** Judges one thing about a round; undefined where it does not apply. */
export type RoundGate = (facts: RoundFacts) => Gate | undefined;

/** A gate on a number that must not be above its limit. */
export const atMost = (
  name: string,
  effect: Gate['effect'],
  value: number | undefined,
  limit: number,
  reason: (value: number) => string,
): Gate | undefined => {
  if (value === undefined) return undefined;
  const ok = value <= limit;
  return { name, ok, effect, value, limit, ...(ok ? {} : { reason: reason(value) }) };
};
