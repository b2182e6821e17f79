import { createHash } from 'node:crypto';
import { type Clock, createScope, sleepMs } from '../base/index.ts';
import { measureCeiling } from '../load/index.ts';
import { findMedian, percentileInterval } from '../stats/index.ts';
import {
  type HostReading,
  type HostUsage,
  hostUsageBetween,
  startHostSampler,
  type Timed,
} from '../telemetry/index.ts';

/** How quiet the machine is, and how even. */
export interface Noise {
  /** What the machine did while pitwall did nothing. */
  readonly idle: HostUsage;
  /** The same piece of work over and over on one core: its median, and how much longer the slowest of ten took (0.1: a tenth). */
  readonly work: { readonly medianMs: number; readonly slowestOfTenRatio: number };
  /** How late a sleep of 1 ms ends, of a hundred. */
  readonly wake: { readonly medianMs: number; readonly p99Ms: number };
  /** Answers a second that the load generator gets on 50 connections from a server that does nothing: its ceiling here. */
  readonly ceilingPerS: number;
}

const workRounds = 200;
const wakeRounds = 100;
const ceilingConnections = 50;
/** As large as the original post's answers. */
const ceilingBodyBytes = 3_500;

/** Watches for `idleMs`, then loads one core for about a second and both for another. */
export const measureNoise = async (clock: Clock, idleMs: number, signal: AbortSignal): Promise<Noise> => {
  const samples = await watchMachine(clock, idleMs, signal);
  const work = await repeatWork(clock, signal);
  const wake = await repeatSleep(clock, signal);
  const ceilingPerS = await measureCeiling(
    { model: { kind: 'closed', connections: ceilingConnections }, workers: 1 },
    ceilingBodyBytes,
    clock,
  );
  return { idle: readUsage(samples), work, wake, ceilingPerS };
};

const watchMachine = async (clock: Clock, idleMs: number, signal: AbortSignal) => {
  await using scope = createScope();
  const sampler = startHostSampler({ intervalMs: idleMs, clock });
  // Its timer would keep an interrupted program waiting.
  scope.defer(async () => void (await sampler.stop()));
  await sleepMs(clock, idleMs, signal);
  return (await sampler.stop()).samples;
};

const readUsage = (samples: readonly Timed<HostReading>[]): HostUsage => {
  const [first, last] = [samples[0], samples.at(-1)];
  return first === undefined || last === undefined || first === last ? {} : hostUsageBetween(first, last);
};

const repeatWork = async (clock: Clock, signal: AbortSignal): Promise<Noise['work']> => {
  const block = Buffer.alloc(2 ** 20);
  const timesMs: number[] = [];
  for (let round = 0; round < workRounds; round += 1) {
    signal.throwIfAborted();
    const startNs = clock.nowNs();
    createHash('sha256').update(block).digest();
    timesMs.push((clock.nowNs() - startNs) / 1e6);
    // A turn for the signal.
    if (round % 20 === 0) await sleepMs(clock, 0);
  }
  const medianMs = findMedian(timesMs);
  return { medianMs, slowestOfTenRatio: percentileInterval(timesMs, 0.9).value / medianMs - 1 };
};

const repeatSleep = async (clock: Clock, signal: AbortSignal): Promise<Noise['wake']> => {
  const latesMs: number[] = [];
  for (let round = 0; round < wakeRounds; round += 1) {
    const dueNs = clock.nowNs() + 1e6;
    await clock.sleepUntilNs(dueNs, signal);
    latesMs.push((clock.nowNs() - dueNs) / 1e6);
  }
  return { medianMs: findMedian(latesMs), p99Ms: percentileInterval(latesMs, 0.99).value };
};
