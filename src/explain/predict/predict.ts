import { present } from '../../base/index.ts';
import type { Random } from '../../stats/index.ts';
// Not by way of the room's index: the model also runs in a page.
import { createRandom } from '../../stats/random.ts';
import type { Demands } from '../demands/demands.ts';
import { type Estimate, propagate } from '../demands/estimate.ts';
import { buildNetwork } from '../model/build-network.ts';
import { countCopies, stationDemandsMs } from '../model/level.ts';
import type { Network } from '../model/network.ts';
import type { PlaceLoad } from '../model/place-load.ts';
import { type Simulation, simulate } from '../simulation/simulate.ts';
import { type Bottleneck, findBottleneck } from '../solver/bottleneck.ts';
import { type Bound, findBounds } from '../solver/bounds.ts';
import { predictRate } from '../solver/rate-of.ts';
import { type Loads, type ResourceUse, resourceUses } from '../solver/resource-use.ts';
import { type Solution, solveNetwork } from '../solver/solve.ts';

/** What the model says about one candidate in one setting. */
export interface Prediction {
  readonly candidate: string;
  /** Has the range that the inputs' intervals leave; the model's own error is not in it. */
  readonly requestsPerSecond: Estimate;
  /** Mean latency as the client sees it, its link included. */
  readonly latencyMs: Estimate;
  readonly bottleneck: Bottleneck;
  /** Every resource's use, the most binding first. */
  readonly uses: readonly ResourceUse[];
  /** What each resource alone would allow, the lowest first. */
  readonly bounds: readonly Bound[];
  /** `solved` by convolution; `simulated` where a simulation of the same network contradicts that, or when asked to. */
  readonly method: 'solved' | 'simulated';
  /** Predicted over solved rate: 1 where it was solved. Curves are the solver's times this, so that they go through the prediction. */
  readonly correction: number;
  readonly unseen: Demands['unseen'];
}

export interface PredictOptions {
  /**
   * Simulate the rate and the latency, with times steadier than exponential ones, whether the solver is sure or not.
   * Elasticities and intervals are solved.
   */
  readonly random?: Random;
  /** Simulated requests that count, with `random`. @default 20_000 */
  readonly requests?: number;
}

/** The random seed of the simulation beside the solver: the same demands give the same prediction. */
const seed = 1;
/** It takes the next of these numbers of requests until its rate is this sure (half of its interval, as a share). */
const lengths = [4_000, 16_000, 64_000] as const;
const sure = 0.007;
/** A solution this near to it stands: it is smooth, and the simulation is not. */
const near = 0.01;

/**
 * What the model says of a candidate: solved in milliseconds, and compared with a simulation of the same network (the same seed each
 * time, exponential times as in the solver, 0.1 to 1 s). Where the two are more than a per cent apart, rate and latency are those of the
 * simulation: the solver approximates CPUs that serve inside and outside of a limit, and slots that requests keep for steadier times than
 * exponential ones.
 *
 * @throws PitwallError `explain.invalid` for demands that describe no network.
 */
export const predict = (demands: Demands, options: PredictOptions = {}): Prediction => {
  const network = buildNetwork(demands);
  const solution = solveNetwork(network);
  const rate = propagate(demands, predictRate);
  const latency = propagate(demands, (moved) => readLatency(moved, solveNetwork(buildNetwork(moved))));
  const bounds = findBounds(network);
  const simulated = describeSimulation(network, solution, options);
  // Its scatter must not carry it beyond what any resource allows.
  const simulatedRate = Math.min(simulated?.requestsPerSecond.value ?? 0, bounds[0]!.requestsPerSecond);
  const rateRatio = simulated === undefined ? 1 : simulatedRate / solution.requestsPerSecond;
  const cycleMs = (1_000 * network.connections) / simulatedRate;
  const loads = simulated === undefined ? solution : listLoads(network, simulated, simulatedRate);
  const uses = resourceUses(network, solution, loads);
  const latencyRatio = simulated === undefined ? 1 : readLatency(demands, { cycleMs }) / latency.value;
  return {
    candidate: demands.candidate,
    requestsPerSecond: scale(rate, rateRatio),
    latencyMs: scale(latency, latencyRatio),
    bottleneck: findBottleneck(network, uses),
    uses,
    bounds,
    method: simulated === undefined ? 'solved' : 'simulated',
    correction: rateRatio,
    unseen: demands.unseen,
  };
};

/** Undefined where the simulation confirms the solution. */
const describeSimulation = (
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

/** What a simulation saw in use. The use of a station is known from the rate (utilisation law), whatever times it happened to draw. */
const listLoads = (network: Network, { places }: Simulation, requestsPerSecond: number): Loads => {
  const demandsMs = stationDemandsMs(network);
  return {
    requestsPerSecond,
    places: places.map((load): PlaceLoad => {
      if (load.kind !== 'station') return load;
      const { servers, perCopyOf } = network.stations[load.name]!;
      const capacity = servers * countCopies(network.stages, perCopyOf);
      const busy = Math.min(capacity, (requestsPerSecond * (demandsMs.get(load.name) ?? 0)) / 1_000);
      return { ...load, capacity, busy, present: load.waiting + busy };
    }),
  };
};

const relativeHalfWidth = ({ value, low, high }: Estimate): number => (high - low) / 2 / value;

/** The model at one number of connections. */
export interface LoadPoint {
  readonly connections: number;
  readonly requestsPerSecond: number;
  readonly latencyMs: number;
  /** Requests at each station, limit and link, waiting ones included. */
  readonly places: Solution['places'];
}

/**
 * X(N), R(N) and the queues at some numbers of connections, for the curves of a report. They go through what `predict` says at the
 * demands' own number: the solver's rates times what the simulation found the solver to be off there, within what is known for sure
 * (a connection that is alone, and what any resource allows). What is on a link or in service goes with the rate; queues are the solver's.
 *
 * @param correction Of the prediction; of an earlier one where the demands are changed ones of a candidate whose prediction is known.
 */
export const loadCurve = (
  demands: Demands,
  connections: readonly number[],
  correction: number = predict(demands).correction,
): readonly LoadPoint[] => {
  const solveAt = (count: number): Solution => solveNetwork(buildNetwork(withConnections(demands, count)));
  const alonePerSecond = solveAt(1).requestsPerSecond;
  return connections.map((count) => {
    const { requestsPerSecond: solved, places } = solveAt(count);
    const most = Math.min(
      count * alonePerSecond,
      findBounds(buildNetwork(withConnections(demands, count)))[0]!.requestsPerSecond,
    );
    const requestsPerSecond = correction === 1 ? solved : Math.min(most, Math.max(alonePerSecond, solved * correction));
    const latencyMs = readLatency(demands, { cycleMs: (1_000 * count) / requestsPerSecond });
    const ratio = requestsPerSecond / solved;
    return { connections: count, requestsPerSecond, latencyMs, places: places.map((load) => atRate(load, ratio)) };
  });
};

/** Little's law: what a delay or a station serves goes with the rate. */
const atRate = (load: PlaceLoad, ratio: number): PlaceLoad => {
  if (load.kind === 'limit') return load;
  const busy = Math.min(load.capacity, load.busy * ratio);
  return { ...load, busy, present: load.waiting + busy };
};

const withConnections = (demands: Demands, connections: number): Demands => ({
  ...demands,
  client: { ...demands.client, connections },
});

/** The client's pause is no part of its latency. */
const readLatency = (demands: Demands, { cycleMs }: Pick<Solution, 'cycleMs'>): number =>
  cycleMs - demands.client.thinkMs.value;

const scale = ({ value, low, high }: Estimate, factor: number): Estimate => ({
  value: value * factor,
  low: low * factor,
  high: high * factor,
});
