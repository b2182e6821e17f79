import type { Random } from '../stats/index.ts';
import { type Binding, bindingOf } from './binding.ts';
import { type Bound, boundsOf } from './bounds.ts';
import type { Demands } from './demands.ts';
import { networkOf } from './network-of.ts';
import { propagate, type Quantity } from './quantity.ts';
import { type ResourceUse, resourceUses } from './resource-use.ts';
import { simulate } from './simulate.ts';
import { type Solution, solveNetwork } from './solve.ts';

/** What the model says about one candidate in one setting. */
export interface Prediction {
  readonly candidate: string;
  /** With the range that the inputs' intervals leave; the model's own error is not in it. */
  readonly requestsPerSecond: Quantity;
  /** Mean latency as the client sees it, its link included. */
  readonly latencyMs: Quantity;
  readonly binding: Binding;
  /** Every resource's use, the most binding first. */
  readonly uses: readonly ResourceUse[];
  /** What each resource alone would allow, the lowest first. */
  readonly bounds: readonly Bound[];
  /** `solved` by convolution; `simulated` when randomness was given. */
  readonly method: 'solved' | 'simulated';
  readonly unseen: Demands['unseen'];
}

export interface PredictOptions {
  /**
   * Simulate the rate and the latency instead of solving for them: slower (about a second), and free of the
   * solver's approximations where a CPU serves inside and outside the pool. Uses and intervals are solved.
   */
  readonly random?: Random;
  /** Simulated requests that count. @default 20_000 */
  readonly requests?: number;
}

/** @throws PitwallError `explain.invalid` for demands that describe no network. */
export const predict = (demands: Demands, options: PredictOptions = {}): Prediction => {
  const network = networkOf(demands);
  const solution = solveNetwork(network);
  const uses = resourceUses(network, solution);
  const rate = propagate(demands, (moved) => solveNetwork(networkOf(moved)).requestsPerSecond);
  const latency = propagate(demands, (moved) => latencyOf(moved, solveNetwork(networkOf(moved))));
  const simulated = options.random && simulate(network, { ...options, random: options.random });
  const rateRatio = simulated === undefined ? 1 : simulated.requestsPerSecond.mean / solution.requestsPerSecond;
  const latencyRatio = simulated === undefined ? 1 : latencyOf(demands, simulated) / latency.value;
  return {
    candidate: demands.candidate,
    requestsPerSecond: scale(rate, rateRatio),
    latencyMs: scale(latency, latencyRatio),
    binding: bindingOf(network, uses),
    uses,
    bounds: boundsOf(network),
    method: simulated === undefined ? 'solved' : 'simulated',
    unseen: demands.unseen,
  };
};

/** The model at one number of connections. */
export interface LoadPoint {
  readonly connections: number;
  readonly requestsPerSecond: number;
  readonly latencyMs: number;
  /** Requests at each station, limit and link, waiting ones included. */
  readonly places: Solution['places'];
}

/** X(N), R(N) and the queues at some numbers of connections, for the curves of a report. */
export const loadCurve = (demands: Demands, connections: readonly number[]): readonly LoadPoint[] =>
  connections.map((count) => {
    const at: Demands = { ...demands, client: { ...demands.client, connections: count } };
    const solution = solveNetwork(networkOf(at));
    const { requestsPerSecond, places } = solution;
    return { connections: count, requestsPerSecond, latencyMs: latencyOf(at, solution), places };
  });

/** The client's pause is no part of its latency. */
const latencyOf = (demands: Demands, { cycleMs }: Pick<Solution, 'cycleMs'>): number =>
  cycleMs - demands.client.thinkMs.value;

const scale = ({ value, low, high }: Quantity, factor: number): Quantity => ({
  value: value * factor,
  low: low * factor,
  high: high * factor,
});
