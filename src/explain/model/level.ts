import type { Limit, Network, RequestStep } from './network.ts';

/** What a request demands between taking one slot and giving it back, inner slots apart, summed over repeats. */
export interface Level {
  readonly delays: readonly { readonly name: string; readonly ms: number }[];
  readonly services: readonly { readonly station: string; readonly ms: number }[];
  readonly limits: readonly { readonly limit: Limit; readonly visits: number }[];
}

/** A femtosecond: rates of what takes less leave the range of a double. */
const nothingMs = 1e-12;

/** One limit with the number of times that it is entered with these stages inside. */
interface Entry {
  readonly limit: Limit;
  readonly visits: number;
}

export const buildLevel = (stages: readonly RequestStep[]): Level => {
  const delays = new Map<string, number>();
  const services = new Map<string, number>();
  const entries = new Map<string, Entry[]>();
  const add = (inner: readonly RequestStep[], times: number): void => {
    if (times === 0) return;
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
        case 'limit':
          entries.set(stage.name, [...(entries.get(stage.name) ?? []), { limit: stage, visits: times }]);
          break;
        default:
          stage satisfies never;
      }
    }
  };
  add(stages, 1);
  return {
    delays: [...delays].map(([name, ms]) => ({ name, ms })).filter(({ ms }) => ms > nothingMs),
    services: [...services].map(([station, ms]) => ({ station, ms })).filter(({ ms }) => ms > nothingMs),
    limits: [...entries.values()].map(mergeEntries),
  };
};

/**
 * One limit that is entered at several places (a login and the messages after it on the pooler's thread): one place to wait
 * at, and inside it the mean of what the entries do there, each by its part of them.
 */
const mergeEntries = (entries: readonly Entry[]): Entry => {
  const [first] = entries;
  const { limit } = first!;
  if (entries.length === 1) return first!;
  const visits = entries.reduce((sum, entry) => sum + entry.visits, 0);
  const stages = entries.map(
    (entry): RequestStep => ({ kind: 'repeat', times: entry.visits / visits, stages: entry.limit.stages }),
  );
  return { limit: { ...limit, stages }, visits };
};

/** Milliseconds from start to end when nobody else is there: every delay and service, nothing waited. */
export const unloadedMs = (stages: readonly RequestStep[]): number => {
  const { delays, services, limits } = buildLevel(stages);
  const own = [...delays, ...services].reduce((sum, { ms }) => sum + ms, 0);
  return limits.reduce((sum, { limit, visits }) => sum + visits * unloadedMs(limit.stages), own);
};

/** Milliseconds that a request demands of each station, wherever it is used. */
export const stationDemandsMs = (network: Network): ReadonlyMap<string, number> => {
  const demands = new Map<string, number>();
  const add = (stages: readonly RequestStep[], visits: number): void => {
    const { services, limits } = buildLevel(stages);
    for (const { station, ms } of services) demands.set(station, (demands.get(station) ?? 0) + visits * ms);
    for (const inner of limits) add(inner.limit.stages, visits * inner.visits);
  };
  add(network.stages, 1);
  return demands;
};

/** Milliseconds a request spends in each delay and in service at each station within the stages, nothing waited. */
export const partsMs = (stages: readonly RequestStep[]): ReadonlyMap<string, number> => {
  const parts = new Map<string, number>();
  const add = (inner: readonly RequestStep[], visits: number): void => {
    const { delays, services, limits } = buildLevel(inner);
    for (const { name, ms } of delays) parts.set(name, (parts.get(name) ?? 0) + visits * ms);
    for (const { station, ms } of services) parts.set(station, (parts.get(station) ?? 0) + visits * ms);
    for (const nested of limits) add(nested.limit.stages, visits * nested.visits);
  };
  add(stages, 1);
  return parts;
};

/** The stages inside the named limit, wherever it stands, with how often a request goes through them. */
export const findInside = (stages: readonly RequestStep[], name: string): readonly RequestStep[] =>
  stages.flatMap((stage): readonly RequestStep[] => {
    if (stage.kind === 'repeat') {
      const inner = findInside(stage.stages, name);
      return inner.length === 0 ? [] : [{ ...stage, stages: inner }];
    }
    if (stage.kind !== 'limit') return [];
    return stage.name === name ? stage.stages : findInside(stage.stages, name);
  });

/** Copies of a named limit, those of the limits around it included; 1 without a name, 0 when it is not there. */
export const countCopies = (stages: readonly RequestStep[], name: string | undefined): number => {
  if (name === undefined) return 1;
  for (const stage of stages) {
    if (stage.kind !== 'limit' && stage.kind !== 'repeat') continue;
    const own = stage.kind === 'limit' ? (stage.copies ?? 1) : 1;
    if (stage.kind === 'limit' && stage.name === name) return own;
    const inner = countCopies(stage.stages, name);
    if (inner > 0) return own * inner;
  }
  return 0;
};

/** Names of all stations and limits within the stages. */
export const namesIn = (stages: readonly RequestStep[]): ReadonlySet<string> => {
  const names = new Set<string>();
  const add = (inner: readonly RequestStep[]): void => {
    for (const stage of inner) {
      if (stage.kind === 'serve') names.add(stage.station);
      if (stage.kind === 'limit') names.add(stage.name);
      if (stage.kind === 'limit' || stage.kind === 'repeat') add(stage.stages);
    }
  };
  add(stages);
  return names;
};
