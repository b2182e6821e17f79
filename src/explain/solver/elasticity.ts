import { resource } from '../model/build-network.ts';
import type { Network, RequestStep } from '../model/network.ts';
import type { PlaceLoad } from '../model/place-load.ts';
import { solveNetwork } from './solve.ts';

/**
 * How many per cent more throughput one per cent more of a resource gives: near 1 for what limits it, 0 for what
 * does not matter, in between where several share the blame. This is what "binding" means here; a full pool
 * around a saturated CPU has 0, because more connections would only wait inside.
 */
export const measureElasticity = (network: Network, load: PlaceLoad, requestsPerSecond: number): number => {
  const grown = grow(network, load.name);
  if (grown === undefined) return 0;
  const { requestsPerSecond: more } = solveNetwork(grown.network);
  return Math.max(0, Math.log(more / requestsPerSecond) / Math.log(grown.factor));
};

/** The network with about 10 % more of one resource: slots come whole, servers need not. */
const grow = (network: Network, name: string): { readonly network: Network; readonly factor: number } | undefined => {
  if (name === resource.connections) {
    const connections = network.connections + tenth(network.connections);
    return { network: { ...network, connections }, factor: connections / network.connections };
  }
  const station = network.stations[name];
  if (station !== undefined) {
    const stations = { ...network.stations, [name]: { ...station, servers: station.servers * 1.1 } };
    return { network: { ...network, stations }, factor: 1.1 };
  }
  let factor: number | undefined;
  const widen = (stages: readonly RequestStep[]): readonly RequestStep[] =>
    stages.map((stage) => {
      if (stage.kind === 'repeat') return { ...stage, stages: widen(stage.stages) };
      if (stage.kind !== 'limit') return stage;
      if (stage.name !== name) return { ...stage, stages: widen(stage.stages) };
      const slots = stage.slots + tenth(stage.slots);
      factor = slots / stage.slots;
      return { ...stage, slots };
    });
  const stages = widen(network.stages);
  return factor === undefined ? undefined : { network: { ...network, stages }, factor };
};

const tenth = (count: number): number => Math.max(1, Math.round(count / 10));
