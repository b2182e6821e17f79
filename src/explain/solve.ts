import { boundsOf } from './bounds.ts';
import { checkNetwork } from './check-network.ts';
import { inflationKey, inflationsAt, levelInside, sharedStations } from './contention.ts';
import { copiesOf, type Level, levelOf, unloadedMs } from './level.ts';
import { combine, type LogSequence, placeWithRate, throughputs } from './log-sequence.ts';
import type { Limit, Network, Stage } from './network.ts';

/** One station, limit or delay in the steady state; counts are means over time, over all copies together. */
export interface PlaceLoad {
  readonly kind: 'delay' | 'station' | 'limit';
  readonly name: string;
  /** Requests there, waiting ones included. */
  readonly present: number;
  /** Requests that wait for a server or a slot. */
  readonly waiting: number;
  /** Servers or slots in use. */
  readonly busy: number;
  /** Servers or slots there are; Infinity for delays. */
  readonly capacity: number;
}

export interface Solution {
  readonly requestsPerSecond: number;
  /** From one request's start to the next one's on the same connection (Little: N / X). */
  readonly cycleMs: number;
  readonly places: readonly PlaceLoad[];
  /** False when a station serves inside and outside a limit: then the answer is an approximation; simulate to check. */
  readonly isProductForm: boolean;
}

/**
 * Steady state of the network: each limit's inside is solved for 1, 2, ... slots and stands outside as one
 * place whose speed depends on how many are in it (flow-equivalent server, Chandy, Herzog & Woo 1975); each
 * level is solved by convolution over logarithms. Exact for product-form networks without limits; a limit
 * around one exponential service is exact too, around several it errs by a per cent or two.
 *
 * @throws PitwallError `explain.invalid` for a network without connections, demands or servers.
 */
export const solveNetwork = (network: Network): Solution => {
  checkNetwork(network);
  const shared = sharedStations(network);
  const aloneMs = unloadedMs(network.stages);
  const solveAt = (requestsPerMs: number): SolvedLevel =>
    solveLevel(network, '', network.stages, network.connections, inflationsAt(shared, aloneMs, requestsPerMs));
  const exact = solveAt(0);
  // Solved level by level, shared stations could serve a little more than they can in all.
  const highest = boundsOf(network)[0]!.requestsPerSecond / 1_000;
  const root = shared.length === 0 ? exact : balance(solveAt, Math.min(highest, rateOf(exact)));
  const requestsPerMs = Math.min(highest, rateOf(root));
  const loads = new Map<string, PlaceLoad>();
  const all = new Float64Array(network.connections + 1);
  all[network.connections] = 1;
  collectLoads(root, all, 1, requestsPerMs, loads);
  return {
    requestsPerSecond: requestsPerMs * 1_000,
    cycleMs: network.connections / requestsPerMs,
    places: [...loads.values()].map((load) => withTrueCapacity(network, load)),
    isProductForm: shared.length === 0,
  };
};

/** Requests a second with 1, 2, ... `network.connections` connections; index 0 is 0. */
export const throughputCurve = (network: Network): readonly number[] => {
  checkNetwork(network);
  const shared = sharedStations(network);
  if (shared.length === 0) {
    const { rates } = solveLevel(network, '', network.stages, network.connections, new Map());
    return Array.from(rates, (perMs) => perMs * 1_000);
  }
  const curve = [0];
  for (let connections = 1; connections <= network.connections; connections += 1) {
    const { requestsPerSecond } = solveNetwork({ ...network, connections });
    curve.push(Math.max(curve.at(-1)!, requestsPerSecond));
  }
  return curve;
};

interface SolvedLevel {
  readonly demands: Level;
  readonly population: number;
  /** Weights of all places together. */
  readonly whole: LogSequence;
  readonly rates: Float64Array;
  readonly places: readonly SolvedPlace[];
}

interface SolvedPlace {
  readonly kind: 'delays' | 'station' | 'limit';
  readonly name: string;
  /** Weights of one of the independent copies. */
  readonly one: LogSequence;
  /** Copies that fill independently of each other (random choice). */
  readonly copies: number;
  /** Copies that fill alike (even choice), and are one place. */
  readonly alike: number;
  readonly capacity: number;
  readonly inner?: SolvedLevel;
}

const rateOf = (level: SolvedLevel): number => level.rates[level.population]!;

const solveLevel = (
  network: Network,
  path: string,
  stages: readonly Stage[],
  population: number,
  inflations: ReadonlyMap<string, number>,
): SolvedLevel => {
  const demands = levelOf(stages);
  const places: SolvedPlace[] = [];
  const delayMs = demands.delays.reduce((sum, { ms }) => sum + ms, 0);
  if (delayMs > 0) {
    const one = placeWithRate(population, (n) => n / delayMs);
    places.push({ kind: 'delays', name: '', one, copies: 1, alike: 1, capacity: Number.POSITIVE_INFINITY });
  }
  for (const { station, ms } of demands.services) {
    const capacity = network.stations[station]!.servers;
    const slowMs = ms * (inflations.get(inflationKey(path, station)) ?? 1);
    const one = placeWithRate(population, (n) => Math.min(n, capacity) / slowMs);
    places.push({ kind: 'station', name: station, one, copies: 1, alike: 1, capacity });
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
  const isRandom = limit.choice === 'random';
  const alike = isRandom ? 1 : count;
  const rateWith = (customers: number): number => inner.rates[Math.min(customers, inner.population)]!;
  const one = placeWithRate(population, (n) => {
    if (isRandom) return (rateWith(n) * count) / visits;
    const { each, oneMore } = evenly(n, count);
    return (oneMore * rateWith(each + 1) + (count - oneMore) * rateWith(each)) / visits;
  });
  return { kind: 'limit', name: limit.name, one, copies: isRandom ? count : 1, alike, capacity: limit.slots, inner };
};

/** `n` customers over alike copies: some have one more than the others. */
const evenly = (n: number, copies: number): { readonly each: number; readonly oneMore: number } => ({
  each: Math.floor(n / copies),
  oneMore: n % copies,
});

/**
 * The throughput at which the assumed and the resulting contention agree. More contention never gives more, so
 * there is one; false position (with Illinois' halving) finds it in about eight solutions.
 */
const balance = (solveAt: (requestsPerMs: number) => SolvedLevel, highest: number): SolvedLevel => {
  let low = 0;
  let high = highest;
  let excessLow = highest;
  let solved = solveAt(high);
  let excessHigh = rateOf(solved) - high;
  let side = 0;
  for (let step = 0; step < 100 && high - low > 1e-10 * highest && excessHigh < 0; step += 1) {
    const assumed = (low * excessHigh - high * excessLow) / (excessHigh - excessLow);
    solved = solveAt(assumed);
    const excess = rateOf(solved) - assumed;
    if (Math.abs(excess) < 1e-9 * highest) break;
    if (excess > 0) {
      low = assumed;
      excessLow = excess;
      if (side === 1) excessHigh /= 2;
      side = 1;
    } else {
      high = assumed;
      excessHigh = excess;
      if (side === -1) excessLow /= 2;
      side = -1;
    }
  }
  return solved;
};

/**
 * Walks down from a distribution of customers over a level to those of the places in it. `weights[k]` is the
 * chance that k customers are at the level; `times` how many equal levels there are.
 */
const collectLoads = (
  level: SolvedLevel,
  weights: Float64Array,
  times: number,
  entriesPerMs: number,
  loads: Map<string, PlaceLoad>,
): void => {
  for (const { name, ms } of level.demands.delays) {
    const present = entriesPerMs * ms * times;
    add(loads, { kind: 'delay', name, present, waiting: 0, busy: present, capacity: Number.POSITIVE_INFINITY });
  }
  level.places.forEach((place, index) => {
    if (place.kind === 'delays') return;
    const chances = marginal(level, index, weights);
    const present = expectation(chances, (n) => n) * place.copies * times;
    if (place.kind === 'station') {
      const ms = level.demands.services.find(({ station }) => station === place.name)!.ms;
      const busy = Math.min(present, entriesPerMs * ms * times);
      add(loads, {
        kind: 'station',
        name: place.name,
        present,
        waiting: present - busy,
        busy,
        capacity: place.capacity * times,
      });
      return;
    }
    const inner = place.inner!;
    const inside = insideChances(place, chances);
    const copies = place.copies * place.alike * times;
    const busy = expectation(inside, (n) => n) * copies;
    const capacity = place.capacity * copies;
    add(loads, { kind: 'limit', name: place.name, present, waiting: Math.max(0, present - busy), busy, capacity });
    const visits = level.demands.limits.find(({ limit }) => limit.name === place.name)!.visits;
    collectLoads(inner, inside, copies, (entriesPerMs * visits * times) / copies, loads);
  });
};

/** Chances of 0, 1, ... customers inside one copy of a limit, from those at the limit with its queue. */
const insideChances = ({ alike, inner }: SolvedPlace, chances: Float64Array): Float64Array => {
  const most = inner!.population;
  const inside = new Float64Array(most + 1);
  chances.forEach((chance, n) => {
    const { each, oneMore } = evenly(n, alike);
    inside[Math.min(each, most)]! += (chance * (alike - oneMore)) / alike;
    if (oneMore > 0) inside[Math.min(each + 1, most)]! += (chance * oneMore) / alike;
  });
  return inside;
};

/** Chances of 0, 1, ... customers at one copy of a place. */
const marginal = (level: SolvedLevel, index: number, weights: Float64Array): Float64Array => {
  const place = level.places[index]!;
  const others = combine(
    level.population,
    level.places.map((other) => (other === place ? { ...other, copies: other.copies - 1 } : other)),
  );
  const chances = new Float64Array(level.population + 1);
  weights.forEach((weight, k) => {
    if (weight === 0) return;
    for (let n = 0; n <= k; n += 1) {
      chances[n]! += weight * Math.exp(place.one[n]! + others[k - n]! - level.whole[k]!);
    }
  });
  return chances;
};

const expectation = (chances: Float64Array, amountOf: (customers: number) => number): number =>
  chances.reduce((sum, chance, n) => sum + chance * amountOf(n), 0);

/** A station is seen from each copy of a limit, and may still be the same one. */
const withTrueCapacity = (network: Network, load: PlaceLoad): PlaceLoad => {
  if (load.kind !== 'station') return load;
  const { servers, perCopyOf } = network.stations[load.name]!;
  return { ...load, capacity: servers * copiesOf(network.stages, perCopyOf) };
};

/** A station used at several levels is one row: its load is the sum. */
const add = (loads: Map<string, PlaceLoad>, load: PlaceLoad): void => {
  const key = `${load.kind} ${load.name}`;
  const known = loads.get(key);
  if (known === undefined) {
    loads.set(key, load);
    return;
  }
  loads.set(key, {
    ...load,
    present: known.present + load.present,
    waiting: known.waiting + load.waiting,
    busy: known.busy + load.busy,
    capacity: Math.max(known.capacity, load.capacity),
  });
};
