import { debuglog } from 'node:util';
import { type Clock, describeThrown } from '../base/index.ts';

const debug = debuglog('pitwall:telemetry');

/** One reading of an instrument; `atNs` is on the clock that all instruments of a race share. */
export type Timed<T> = T & { readonly atNs: number };

export interface Sampler<T> {
  /** Takes the last reading and gives back all of them, or the reason why there is none or no more. */
  stop(): Promise<{ readonly samples: readonly Timed<T>[]; readonly failure?: string }>;
}

export interface SamplerOptions<T> {
  readonly intervalMs: number;
  readonly clock: Clock;
  readonly read: () => Promise<T>;
  /** Lets go of what `read` uses. */
  readonly close?: () => Promise<void>;
}

/**
 * Reads at once, then at every multiple of the interval, and once more at the end. A reading that fails ends the
 * series with a reason: an instrument that breaks is no reason to lose a round.
 */
export const startSampler = <T extends object>({ intervalMs, clock, read, close }: SamplerOptions<T>): Sampler<T> => {
  const samples: Timed<T>[] = [];
  const stopping = new AbortController();
  let failure: string | undefined;
  const take = async (): Promise<void> => {
    const reading = await read();
    samples.push({ ...reading, atNs: clock.nowNs() });
  };
  const loop = async (): Promise<void> => {
    const startNs = clock.nowNs();
    const intervalNs = intervalMs * 1e6;
    for (;;) {
      await take();
      const next = Math.floor((clock.nowNs() - startNs) / intervalNs) + 1;
      await clock.sleepUntilNs(startNs + next * intervalNs, stopping.signal);
    }
  };
  const looping = loop().catch((error: unknown) => {
    if (stopping.signal.aborted) return;
    failure = describeThrown(error);
    debug('a sampler ended after %d readings: %s', samples.length, failure);
  });
  return {
    async stop() {
      stopping.abort();
      await looping;
      try {
        if (failure === undefined) await take();
      } catch (error) {
        failure = describeThrown(error);
      }
      await close?.();
      return { samples, ...(failure === undefined ? {} : { failure }) };
    },
  };
};
