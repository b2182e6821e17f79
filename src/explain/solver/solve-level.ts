import { inflationKey, levelInside } from '../model/contention.ts';
import { copyShares, spread } from '../model/copy-shares.ts';
import { buildLevel, type Level } from '../model/level.ts';
import { combine, type LogSequence, placeWithRate, throughputs } from '../model/log-sequence.ts';
import type { Limit, Network, RequestStep } from '../model/network.ts';

export interface SolvedLevel {
  readonly demands: Level;
  readonly population: number;
  /** Weights of all places together. */
  readonly whole: LogSequence;
  readonly rates: Float64Array;
  readonly places: readonly SolvedPlace[];
}

export interface SolvedPlace {
  readonly kind: 'delays' | 'station' | 'limit';
  readonly name: string;
  /** Weights of one of the independent copies. */
  readonly one: LogSequence;
  /** Copies that fill independently of each other (random choice). */
  readonly copies: number;
  /** The share of those inside that each copy has: copies that fill together are one place. */
  readonly shares: readonly number[];
  readonly capacity: number;
  readonly inner?: SolvedLevel;
}

/** Completions a millisecond with everybody there. */
export const predictRate = (level: SolvedLevel): number => level.rates[level.population]!;

/**
 * Solves the stages of one level for 1, 2, ... `population` customers, the insides of its limits first.
 *
 * @param path Where the level is, and with it which inflations are its own.
 */
export const solveLevel = (
  network: Network,
  path: string,
  stages: readonly RequestStep[],
  population: number,
  inflations: ReadonlyMap<string, number>,
): SolvedLevel => {
  const demands = buildLevel(stages);
  const places: SolvedPlace[] = [];
  const delayMs = demands.delays.reduce((sum, { ms }) => sum + ms, 0);
  if (delayMs > 0) {
    const one = placeWithRate(population, (n) => n / delayMs);
    places.push({ kind: 'delays', name: '', one, copies: 1, shares: [1], capacity: Number.POSITIVE_INFINITY });
  }
  for (const { station, ms } of demands.services) {
    const capacity = network.stations[station]!.servers;
    const slowMs = ms * (inflations.get(inflationKey(path, station)) ?? 1);
    const one = placeWithRate(population, (n) => Math.min(n, capacity) / slowMs);
    places.push({ kind: 'station', name: station, one, copies: 1, shares: [1], capacity });
  }
  for (const { limit, visits } of demands.limits) {
    const slots = Math.min(limit.slots, population);
    const inner = solveLevel(network, levelInside(path, limit.name), limit.stages, slots, inflations);
    if (inner.places.length > 0) places.push(limitPlace(limit, visits, inner, population));
  }
  const whole = combine(population, places);
  return { demands, population, whole, rates: throughputs(whole), places };
};

const limitPlace = (limit: Limit, visits: number, inner: SolvedLevel, population: number): SolvedPlace => {
  const count = limit.copies ?? 1;
  const shares = copyShares(limit);
  const rateWith = (customers: number): number => inner.rates[Math.min(customers, inner.population)]!;
  const one = placeWithRate(population, (n) => {
    if (shares === undefined) return (rateWith(n) * count) / visits;
    return spread(n, shares).reduce((sum, { customers, copies }) => sum + copies * rateWith(customers), 0) / visits;
  });
  return {
    kind: 'limit',
    name: limit.name,
    one,
    copies: shares ? 1 : count,
    shares: shares ?? [1],
    capacity: limit.slots,
    inner,
  };
};
