import type { Limit, Network, Stage } from './network.ts';

/** What a request demands between taking one slot and giving it back, inner slots apart, summed over repeats. */
export interface Level {
  readonly delays: readonly { readonly name: string; readonly ms: number }[];
  readonly services: readonly { readonly station: string; readonly ms: number }[];
  readonly limits: readonly { readonly limit: Limit; readonly visits: number }[];
}

export const levelOf = (stages: readonly Stage[]): Level => {
  const delays = new Map<string, number>();
  const services = new Map<string, number>();
  const limits = new Map<string, { limit: Limit; visits: number }>();
  const add = (inner: readonly Stage[], times: number): void => {
    for (const stage of inner) {
      switch (stage.kind) {
        case 'delay':
          delays.set(stage.name, (delays.get(stage.name) ?? 0) + times * stage.ms);
          break;
        case 'serve':
          services.set(stage.station, (services.get(stage.station) ?? 0) + times * stage.ms);
          break;
        case 'repeat':
          add(stage.stages, times * stage.times);
          break;
        case 'limit': {
          const visits = (limits.get(stage.name)?.visits ?? 0) + times;
          limits.set(stage.name, { limit: stage, visits });
          break;
        }
        default:
          stage satisfies never;
      }
    }
  };
  add(stages, 1);
  return {
    delays: [...delays].map(([name, ms]) => ({ name, ms })).filter(({ ms }) => ms > 0),
    services: [...services].map(([station, ms]) => ({ station, ms })).filter(({ ms }) => ms > 0),
    limits: [...limits.values()].filter(({ visits }) => visits > 0),
  };
};

/** Milliseconds from start to end when nobody else is there: every delay and service, nothing waited. */
export const unloadedMs = (stages: readonly Stage[]): number => {
  const { delays, services, limits } = levelOf(stages);
  const own = [...delays, ...services].reduce((sum, { ms }) => sum + ms, 0);
  return limits.reduce((sum, { limit, visits }) => sum + visits * unloadedMs(limit.stages), own);
};

/** Milliseconds that a request demands of each station, wherever it is used. */
export const stationDemandsMs = (network: Network): ReadonlyMap<string, number> => {
  const demands = new Map<string, number>();
  const add = (stages: readonly Stage[], visits: number): void => {
    const { services, limits } = levelOf(stages);
    for (const { station, ms } of services) demands.set(station, (demands.get(station) ?? 0) + visits * ms);
    for (const inner of limits) add(inner.limit.stages, visits * inner.visits);
  };
  add(network.stages, 1);
  return demands;
};
