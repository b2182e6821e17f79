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

/** Milliseconds a request spends in each delay and in service at each station within the stages, nothing waited. */
export const partsMs = (stages: readonly Stage[]): ReadonlyMap<string, number> => {
  const parts = new Map<string, number>();
  const add = (inner: readonly Stage[], visits: number): void => {
    const { delays, services, limits } = levelOf(inner);
    for (const { name, ms } of delays) parts.set(name, (parts.get(name) ?? 0) + visits * ms);
    for (const { station, ms } of services) parts.set(station, (parts.get(station) ?? 0) + visits * ms);
    for (const nested of limits) add(nested.limit.stages, visits * nested.visits);
  };
  add(stages, 1);
  return parts;
};

/** The stages inside the named limit, wherever it stands, with how often a request goes through them. */
export const insideOf = (stages: readonly Stage[], name: string): readonly Stage[] =>
  stages.flatMap((stage): readonly Stage[] => {
    if (stage.kind === 'repeat') {
      const inner = insideOf(stage.stages, name);
      return inner.length === 0 ? [] : [{ ...stage, stages: inner }];
    }
    if (stage.kind !== 'limit') return [];
    return stage.name === name ? stage.stages : insideOf(stage.stages, name);
  });

/** Copies of a named limit, those of the limits around it included; 1 without a name, 0 when it is not there. */
export const copiesOf = (stages: readonly Stage[], name: string | undefined): number => {
  if (name === undefined) return 1;
  for (const stage of stages) {
    if (stage.kind !== 'limit' && stage.kind !== 'repeat') continue;
    const own = stage.kind === 'limit' ? (stage.copies ?? 1) : 1;
    if (stage.kind === 'limit' && stage.name === name) return own;
    const inner = copiesOf(stage.stages, name);
    if (inner > 0) return own * inner;
  }
  return 0;
};

/** Names of all stations and limits within the stages. */
export const namesIn = (stages: readonly Stage[]): ReadonlySet<string> => {
  const names = new Set<string>();
  const add = (inner: readonly Stage[]): void => {
    for (const stage of inner) {
      if (stage.kind === 'serve') names.add(stage.station);
      if (stage.kind === 'limit') names.add(stage.name);
      if (stage.kind === 'limit' || stage.kind === 'repeat') add(stage.stages);
    }
  };
  add(stages);
  return names;
};
