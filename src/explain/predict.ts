import { present } from '../base/index.ts';
import type { Random } from '../stats/index.ts';
// Not by way of the room's index: the model also runs in a page.
import { createRandom } from '../stats/random.ts';
import { type Binding, bindingOf } from './binding.ts';
import { type Bound, boundsOf } from './bounds.ts';
import type { Demands } from './demands.ts';
import type { Network } from './network.ts';
import { networkOf } from './network-of.ts';
import { propagate, type Quantity } from './quantity.ts';
import { rateOf } from './rate-of.ts';
import { type ResourceUse, resourceUses } from './resource-use.ts';
import { type Simulation, simulate } from './simulate.ts';
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
  /** `solved` by convolution; `simulated` where a simulation of the same network contradicts that, or when asked to. */
  readonly method: 'solved' | 'simulated';
  readonly unseen: Demands['unseen'];
}

export interface PredictOptions {
  /**
   * Simulate the rate and the latency, with times steadier than exponential ones, whether the solver is sure or not.
   * Uses and intervals are solved.
   */
  readonly random?: Random;
  /** Simulated requests that count, with `random`. @default 20_000 */
  readonly requests?: number;
}

/** Of the simulation beside the solver: the same demands give the same prediction. */
const seed = 1;
/** It takes the next of these numbers of requests until its rate is this sure (half of its interval, as a share). */
const lengths = [4_000, 16_000, 64_000] as const;
const sure = 0.007;
/** A solution this near to it stands: it is smooth, and the simulation is not. */
const near = 0.01;

/**
 * What the model says of a candidate: solved in milliseconds, and held against a simulation of the same network (the same seed each
 * time, exponential times as in the solver, 0.1 to 1 s). Where the two are more than a per cent apart, rate and latency are those of the
 * simulation: the solver approximates CPUs that serve inside and outside of a limit, and slots that requests keep for steadier times than
 * exponential ones.
 *
 * @throws PitwallError `explain.invalid` for demands that describe no network.
 */
export const predict = (demands: Demands, options: PredictOptions = {}): Prediction => {
  const network = networkOf(demands);
  const solution = solveNetwork(network);
  const uses = resourceUses(network, solution);
  const rate = propagate(demands, rateOf);
  const latency = propagate(demands, (moved) => latencyOf(moved, solveNetwork(networkOf(moved))));
  const bounds = boundsOf(network);
  const simulated = simulationOf(network, solution, options);
  // Its scatter must not carry it beyond what any resource allows.
  const simulatedRate = Math.min(simulated?.requestsPerSecond.value ?? 0, bounds[0]!.requestsPerSecond);
  const rateRatio = simulated === undefined ? 1 : simulatedRate / solution.requestsPerSecond;
  const cycleMs = (1_000 * network.connections) / simulatedRate;
  const latencyRatio = simulated === undefined ? 1 : latencyOf(demands, { cycleMs }) / latency.value;
  return {
    candidate: demands.candidate,
    requestsPerSecond: scale(rate, rateRatio),
    latencyMs: scale(latency, latencyRatio),
    binding: bindingOf(network, uses),
    uses,
    bounds,
    method: simulated === undefined ? 'solved' : 'simulated',
    unseen: demands.unseen,
  };
};

/** Undefined where the simulation confirms the solution. */
const simulationOf = (
  network: Network,
  solution: Solution,
  { random, requests }: PredictOptions,
): Simulation | undefined => {
  if (random !== undefined) return simulate(network, { ...present('requests', requests), random });
  const simulation = simulateUntilSure(network);
  const { value } = simulation.requestsPerSecond;
  return Math.abs(solution.requestsPerSecond / value - 1) <= near ? undefined : simulation;
};

const simulateUntilSure = (network: Network): Simulation => {
  const simulated = (requests: number): Simulation =>
    simulate(network, { requests, random: createRandom(seed), phases: 1 });
  let simulation = simulated(lengths[0]);
  for (const requests of lengths.slice(1)) {
    if (relativeHalfWidth(simulation.requestsPerSecond) <= sure) break;
    simulation = simulated(requests);
  }
  return simulation;
};

const relativeHalfWidth = ({ value, low, high }: Quantity): number => (high - low) / 2 / value;

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
