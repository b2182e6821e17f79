import type { Random } from '../../stats/index.ts';

/** An emulated network path. */
export interface LinkOptions {
  /** Round trip: half of it each way. */
  readonly rttMs: number;
  /** Each way deviates by up to this, evenly spread. @default 0 */
  readonly jitterMs?: number;
  /** Each way carries at most this. @default unlimited */
  readonly bytesPerSecond?: number;
}

/** When a chunk of one direction leaves, for chunks in the order in which they arrived. */
export interface DelayPlan {
  /** `extraNs` delays this chunk and, since nothing overtakes, those right behind it. */
  departureNs(arrivedNs: number, bytes: number, extraNs: number): number;
}

/**
 * The deadline is stamped on arrival: what is queued behind a late departure is not late too. A chunk enters the
 * wire when the one before it has (rate), travels half a round trip, give or take the jitter, and never overtakes.
 */
export const createDelayPlan = (link: LinkOptions, random: Random): DelayPlan => {
  const onewayNs = (link.rttMs / 2) * 1e6;
  const jitterNs = (link.jitterMs ?? 0) * 1e6;
  const nsPerByte = link.bytesPerSecond === undefined ? 0 : 1e9 / link.bytesPerSecond;
  let wireFreeNs = 0;
  let lastNs = 0;
  return {
    departureNs(arrivedNs, bytes, extraNs) {
      wireFreeNs = Math.max(arrivedNs, wireFreeNs) + bytes * nsPerByte;
      const deviationNs = jitterNs === 0 ? 0 : jitterNs * (2 * random.uniform() - 1);
      lastNs = Math.max(lastNs, wireFreeNs + Math.max(0, onewayNs + deviationNs) + extraNs);
      return lastNs;
    },
  };
};
