import { checkNetwork } from '../model/check-network.ts';
import { inflationsAt, sharedStations } from '../model/contention.ts';
import { countCopies, unloadedMs } from '../model/level.ts';
import type { Network } from '../model/network.ts';
import { collectLoads, type PlaceLoad } from '../model/place-load.ts';
import { findBounds } from './bounds.ts';
import { predictRate, type SolvedLevel, solveLevel } from './solve-level.ts';

export interface Solution {
  readonly requestsPerSecond: number;
  /** The time from one request's start to the next one's on the same connection (Little: N / X). */
  readonly cycleMs: number;
  readonly places: readonly PlaceLoad[];
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
  const highest = findBounds(network)[0]!.requestsPerSecond / 1_000;
  const root = shared.length === 0 ? exact : balance(solveAt, Math.min(highest, predictRate(exact)));
  const requestsPerMs = Math.min(highest, predictRate(root));
  const loads = new Map<string, PlaceLoad>();
  const all = new Float64Array(network.connections + 1);
  all[network.connections] = 1;
  collectLoads(root, all, 1, requestsPerMs, loads);
  return {
    requestsPerSecond: requestsPerMs * 1_000,
    cycleMs: network.connections / requestsPerMs,
    places: [...loads.values()].map((load) => withTrueCapacity(network, load)),
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

/**
 * The throughput at which the assumed and the resulting contention agree. More contention never gives more, so
 * there is one; false position (with Illinois' halving) finds it in about eight solutions.
 */
const balance = (solveAt: (requestsPerMs: number) => SolvedLevel, highest: number): SolvedLevel => {
  let low = 0;
  let high = highest;
  let excessLow = highest;
  let solved = solveAt(high);
  let excessHigh = predictRate(solved) - high;
  let side = 0;
  for (let step = 0; step < 100 && high - low > 1e-10 * highest && excessHigh < 0; step += 1) {
    const assumed = (low * excessHigh - high * excessLow) / (excessHigh - excessLow);
    solved = solveAt(assumed);
    const excess = predictRate(solved) - assumed;
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
 * A station is seen from each copy of a limit, and may still be the same one; a limit entered at two places is
 * solved as two, whose holds stretched by each other's would count twice: what is beyond its slots waits.
 */
const withTrueCapacity = (network: Network, load: PlaceLoad): PlaceLoad => {
  const capacity =
    load.kind === 'station'
      ? network.stations[load.name]!.servers * countCopies(network.stages, network.stations[load.name]!.perCopyOf)
      : load.capacity;
  const busy = Math.min(load.busy, capacity);
  return { ...load, capacity, busy, waiting: load.waiting + (load.busy - busy) };
};
