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
import { isDoubtful, type Solution, solveNetwork } from './solve.ts';

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
  /** `solved` by convolution; `simulated` where the solver may be off by more than a per cent or two, or when asked to. */
  readonly method: 'solved' | 'simulated';
  readonly unseen: Demands['unseen'];
}

export interface PredictOptions {
  /**
   * Simulate the rate and the latency, with times steadier than exponential ones, whether the solver is sure or not.
   * Uses and intervals are solved.
   */
  readonly random?: Random;
  /** Simulated requests that count. @default 20_000 */
  readonly requests?: number;
}

/** Of the simulation that stands in for the solver: the same demands give the same prediction. */
const seed = 1;
/** So many requests give the rate within 1.5 %. */
const enoughRequests = 8_000;

/**
 * What the model says of a candidate. Solved in milliseconds; where a CPU that serves inside and outside of a limit is busy
 * enough for that to matter, rate and latency are those of a simulation of the same network (the same seed each time,
 * exponential times as in the solver, 0.2 to 1 s).
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
  const simulatedRate = Math.min(simulated?.requestsPerSecond.mean ?? 0, bounds[0]!.requestsPerSecond);
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

/** Undefined where the solution stands: the solver is sure of it, or the simulation does not contradict it. */
const simulationOf = (
  network: Network,
  solution: Solution,
  { random, requests }: PredictOptions,
): Simulation | undefined => {
  const count = requests === undefined ? {} : { requests };
  if (random !== undefined) return simulate(network, { ...count, random });
  if (!isDoubtful(network, solution)) return undefined;
  const simulation = simulate(network, { requests: enoughRequests, ...count, random: createRandom(seed), phases: 1 });
  const rate = simulation.requestsPerSecond;
  const agrees =
    rate.kind === 'interval' && rate.low <= solution.requestsPerSecond && solution.requestsPerSecond <= rate.high;
  return agrees ? undefined : simulation;
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
