import type { SolvedLevel, SolvedPlace } from '../solver/solve-level.ts';
import { spread } from './copy-shares.ts';
import { combine } from './log-sequence.ts';

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

/**
 * Walks down from a distribution of customers over a level to those of the places in it. `weights[k]` is the
 * chance that k customers are at the level; `times` how many equal levels there are.
 */
export const collectLoads = (
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
    const copies = place.copies * place.shares.length * times;
    const busy = expectation(inside, (n) => n) * copies;
    const capacity = place.capacity * copies;
    add(loads, { kind: 'limit', name: place.name, present, waiting: Math.max(0, present - busy), busy, capacity });
    const visits = level.demands.limits.find(({ limit }) => limit.name === place.name)!.visits;
    collectLoads(inner, inside, copies, (entriesPerMs * visits * times) / copies, loads);
  });
};

/** Chances of 0, 1, ... customers inside one copy of a limit, from those at the limit with its queue; the mean over the copies. */
const insideChances = ({ shares, inner }: SolvedPlace, chances: Float64Array): Float64Array => {
  const most = inner!.population;
  const inside = new Float64Array(most + 1);
  chances.forEach((chance, n) => {
    for (const { customers, copies } of spread(n, shares)) {
      inside[Math.min(customers, most)]! += (chance * copies) / shares.length;
    }
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
