import { resource } from '../model/build-network.ts';
import type { Network } from '../model/network.ts';
import type { PlaceLoad } from '../model/place-load.ts';
import { measureElasticity } from './elasticity.ts';
import { type Solution, solveNetwork } from './solve.ts';

/** A resource as it is used at the throughput that the model gives. */
export interface ResourceUse {
  readonly resource: string;
  readonly kind: 'station' | 'limit' | 'connections';
  readonly capacity: number;
  /** In use, mean over time. */
  readonly busy: number;
  /** Requests waiting for it. */
  readonly waiting: number;
  /** busy / capacity, 0 to 1. */
  readonly utilisation: number;
  /** How long a request keeps one server or slot. */
  readonly holdMs: number;
  /** Per cent of throughput for one per cent more of it. */
  readonly elasticity: number;
}

/** Below this a resource is too idle for more of it to matter. */
const worthAsking = 0.3;

/** A steady state: a rate, and what is where at it. */
export type Loads = Pick<Solution, 'requestsPerSecond' | 'places'>;

/**
 * All resources with their use, the most binding first.
 *
 * @param loads Where the use is read; elasticities are the solver's, whose two solutions differ by the resource alone. @default solution
 */
export const resourceUses = (
  network: Network,
  solution: Solution = solveNetwork(network),
  { requestsPerSecond, places }: Loads = solution,
): readonly ResourceUse[] => {
  const connections: PlaceLoad = {
    kind: 'limit',
    name: resource.connections,
    present: network.connections,
    waiting: 0,
    busy: network.connections,
    capacity: network.connections,
  };
  return [connections, ...places]
    .filter(({ kind, capacity }) => kind !== 'delay' && Number.isFinite(capacity))
    .map((load): ResourceUse => {
      const utilisation = load.busy / load.capacity;
      return {
        resource: load.name,
        kind: load === connections ? 'connections' : (load.kind as 'station' | 'limit'),
        capacity: load.capacity,
        busy: load.busy,
        waiting: load.waiting,
        utilisation,
        holdMs: (load.busy * 1_000) / requestsPerSecond,
        elasticity: utilisation < worthAsking ? 0 : measureElasticity(network, load, solution.requestsPerSecond),
      };
    })
    .sort((a, b) => b.elasticity - a.elasticity || b.utilisation - a.utilisation);
};
