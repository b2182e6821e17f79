import { resource } from '../model/build-network.ts';
import { countCopies, stationDemandsMs, unloadedMs } from '../model/level.ts';
import type { Network, RequestStep } from '../model/network.ts';

/** What one resource alone allows, however idle all others are. */
export interface Bound {
  readonly resource: string;
  readonly kind: 'station' | 'limit' | 'connections';
  /** Servers, slots or connections there are. */
  readonly capacity: number;
  /** How long a request keeps one of them, at the least. */
  readonly holdMs: number;
  /** capacity / hold. */
  readonly requestsPerSecond: number;
}

/**
 * Upper bounds of the throughput, the lowest first: servers over demand for each station, slots over the
 * unloaded time inside for each limit, connections over the whole unloaded cycle. What the model adds to
 * them is the waiting where several are close to each other.
 */
export const findBounds = (network: Network): readonly Bound[] => {
  const limits = new Map<string, { capacity: number; holdMs: number }>();
  const walk = (stages: readonly RequestStep[], visits: number, copies: number): void => {
    for (const stage of stages) {
      if (stage.kind === 'repeat') walk(stage.stages, visits * stage.times, copies);
      if (stage.kind !== 'limit') continue;
      const all = copies * (stage.copies ?? 1);
      // A limit entered at two places is held for both times.
      const before = limits.get(stage.name)?.holdMs ?? 0;
      limits.set(stage.name, { capacity: stage.slots * all, holdMs: before + visits * unloadedMs(stage.stages) });
      walk(stage.stages, visits, all);
    }
  };
  walk(network.stages, 1, 1);
  const stations = [...stationDemandsMs(network)].map(([station, ms]) => {
    const { servers, perCopyOf } = network.stations[station]!;
    return bound(station, 'station', servers * countCopies(network.stages, perCopyOf), ms);
  });
  return [
    bound(resource.connections, 'connections', network.connections, unloadedMs(network.stages)),
    ...stations,
    ...[...limits].map(([name, { capacity, holdMs }]) => bound(name, 'limit', capacity, holdMs)),
  ]
    .filter(({ requestsPerSecond }) => Number.isFinite(requestsPerSecond))
    .sort((a, b) => a.requestsPerSecond - b.requestsPerSecond);
};

const bound = (name: string, kind: Bound['kind'], capacity: number, holdMs: number): Bound => ({
  resource: name,
  kind,
  capacity,
  holdMs,
  requestsPerSecond: (capacity * 1_000) / holdMs,
});
