import { buildLevel } from './level.ts';
import type { Network, RequestStep } from './network.ts';

/** The uses of one station that stand in each other's way, though the solver looks at each alone. */
interface SharedStation {
  readonly station: string;
  readonly servers: number;
  readonly uses: readonly StationUse[];
  /** Ms a request over all levels and copies. */
  readonly totalMs: number;
}

interface StationUse {
  /** Path of the level: limits from the outside in. */
  readonly level: string;
  /** The level's limit, which may be entered at several places (threads, inside the pool and outside). */
  readonly limit: string;
  /** Ms a request, for one copy of the level. */
  readonly ms: number;
  readonly slots: number;
}

/** The level inside a limit; the outermost one is ''. */
export const levelInside = (level: string, limit: string): string => `${level}/${limit}`;

/** Names one use of a station. */
export const inflationKey = (level: string, station: string): string => `${level}\u0000${station}`;

/**
 * Stations that serve at more than one level, or several copies of one: the places where the network has no
 * product form (a CPU used inside and outside the pool; processes with a pool each on the same cores).
 */
export const sharedStations = (network: Network): readonly SharedStation[] => {
  const countCopies = new Map<string, number>();
  const uses = new Map<string, (StationUse & { readonly copies: number })[]>();
  const walk = (
    level: string,
    limit: string,
    slots: number,
    stages: readonly RequestStep[],
    visits: number,
    copies: number,
  ) => {
    countCopies.set(limit, copies);
    const { services, limits } = buildLevel(stages);
    for (const { station, ms } of services) {
      const use = { level, limit, ms: (ms * visits) / copies, slots, copies };
      uses.set(station, [...(uses.get(station) ?? []), use]);
    }
    for (const { limit: inner, visits: entries } of limits) {
      const below = levelInside(level, inner.name);
      walk(below, inner.name, inner.slots, inner.stages, visits * entries, copies * (inner.copies ?? 1));
    }
  };
  walk('', '', network.connections, network.stages, 1, 1);
  return [...uses].flatMap(([station, levels]) => {
    const { servers, perCopyOf } = network.stations[station]!;
    const instances = countCopies.get(perCopyOf ?? '') ?? 1;
    const isShared = levels.length > 1 || levels.some(({ copies }) => copies > instances);
    if (!isShared || servers === Number.POSITIVE_INFINITY) return [];
    const totalMs = levels.reduce((sum, { ms, copies }) => sum + ms * copies, 0) / instances;
    return [{ station, servers, totalMs, uses: levels }];
  });
};

/**
 * How much slower a shared station looks from each level because the others use it too, at an assumed
 * throughput: the factor by which its service must grow so that, alone with its own level's load, it answers
 * as late as it does with everybody's (surrogate delays, Jacobson & Lazowska 1982, with M/M/m for the
 * lateness). It depends on the throughput alone, so that more connections can never lower it.
 */
export const inflationsAt = (
  shared: readonly SharedStation[],
  unloadedMs: number,
  requestsPerMs: number,
): ReadonlyMap<string, number> => {
  const others = computeOtherShare(requestsPerMs * unloadedMs);
  const inflations = new Map<string, number>();
  for (const { station, servers, uses, totalMs } of shared) {
    const total = requestsPerMs * totalMs * others;
    for (const { level, limit, ms, slots } of uses) {
      const own = requestsPerMs * ms * others;
      const ofLimitMs = uses.filter((use) => use.limit === limit).reduce((sum, use) => sum + use.ms, 0);
      const ofLimit = requestsPerMs * ofLimitMs * others;
      const byStation = inflation(servers, slots, ofLimit, total);
      // The limit's other entrances take its slots: it is shared as the station is.
      const byLimit = ofLimitMs > ms ? inflation(slots, slots + 1, own * byStation, ofLimit * byStation) : 1;
      inflations.set(inflationKey(level, station), byStation * byLimit);
    }
  }
  return inflations;
};

/**
 * The part of a station's load that a request finds there and that is not its own: (n - 1) / n with n at work,
 * 0 for one connection alone. Those who wait are not at work but count too, hence the doubling (which fits the
 * simulation: test/explain/simulation/simulate.test.ts).
 */
const computeOtherShare = (atWork: number): number => {
  const others = 2 * Math.max(0, atWork - 1);
  return others / (1 + others);
};

/**
 * f with f w(m, own f) = w(m, total), w being the response time of M/M/m in units of its service. A level with no
 * more slots than there are servers (the threads of an event loop) never queues behind itself: only others count.
 */
const inflation = (servers: number, slots: number, own: number, total: number): number => {
  if (total === 0) return 1;
  if (slots <= servers && total - own < servers) return responseFactor(servers, total - own);
  if (total >= servers) return total / own;
  const wanted = responseFactor(servers, total);
  let low = 1;
  let high = servers / own;
  for (let step = 0; step < 40; step += 1) {
    const middle = (low + high) / 2;
    if (middle * responseFactor(servers, own * middle) < wanted) low = middle;
    else high = middle;
  }
  return low;
};

/**
 * Response time over service time of M/M/m at an offered load in Erlang, as Sakasegawa (1977) approximates
 * Erlang's C: exact for one server, within 2 % for more, and defined for 2.2 servers, which elasticities need.
 * Less than one server is one that is slow.
 */
const responseFactor = (servers: number, load: number): number => {
  if (load >= servers) return Number.POSITIVE_INFINITY;
  const ratio = load / servers;
  if (servers < 1) return 1 / (servers * (1 - ratio));
  return 1 + ratio ** (Math.sqrt(2 * (servers + 1)) - 1) / (servers * (1 - ratio));
};
