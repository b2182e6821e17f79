import { levelOf } from './level.ts';
import type { Network, Stage } from './network.ts';

/** The uses of one station that stand in each other's way, though the solver looks at each alone. */
interface SharedStation {
  readonly station: string;
  readonly servers: number;
  /** Ms a request at each level, for one copy of the level. */
  readonly uses: readonly { readonly level: string; readonly ms: number; readonly slots: number }[];
  /** Ms a request over all levels and copies. */
  readonly totalMs: number;
}

/** Names one use of a station: the level is its limit's name, the outermost one is ''. */
export const inflationKey = (level: string, station: string): string => `${level}\u0000${station}`;

/**
 * Stations that serve at more than one level, or several copies of one: the places where the network has no
 * product form (a CPU used inside and outside the pool; processes with a pool each on the same cores).
 */
export const sharedStations = (network: Network): readonly SharedStation[] => {
  const copiesOf = new Map<string, number>([['', 1]]);
  const uses = new Map<string, { level: string; ms: number; copies: number; slots: number }[]>();
  const walk = (level: string, slots: number, stages: readonly Stage[], visits: number, copies: number): void => {
    copiesOf.set(level, copies);
    const { services, limits } = levelOf(stages);
    for (const { station, ms } of services) {
      const known = uses.get(station) ?? [];
      // A limit entered at two places (threads, inside the pool and outside) is one level.
      const before = known.find((use) => use.level === level)?.ms ?? 0;
      uses.set(station, [
        ...known.filter((use) => use.level !== level),
        { level, ms: before + ms * visits, copies, slots },
      ]);
    }
    for (const inner of limits) {
      walk(
        inner.limit.name,
        inner.limit.slots,
        inner.limit.stages,
        visits * inner.visits,
        copies * (inner.limit.copies ?? 1),
      );
    }
  };
  walk('', network.connections, network.stages, 1, 1);
  return [...uses].flatMap(([station, levels]) => {
    const { servers, perCopyOf } = network.stations[station]!;
    const instances = copiesOf.get(perCopyOf ?? '') ?? 1;
    const isShared = levels.length > 1 || levels.some(({ copies }) => copies > instances);
    if (!isShared || servers === Number.POSITIVE_INFINITY) return [];
    const totalMs = levels.reduce((sum, { ms }) => sum + ms, 0) / instances;
    return [
      {
        station,
        servers,
        totalMs,
        uses: levels.map(({ level, ms, copies, slots }) => ({ level, ms: ms / copies, slots })),
      },
    ];
  });
};

/**
 * How much slower a shared station looks from each level because the others use it too, at an assumed
 * throughput: the factor by which its service must grow so that, alone with its own level's load, it answers
 * as late as it does with everybody's (surrogate delays, Jacobson & Lazowska 1982, with M/M/m for the
 * lateness). With one connection nobody else is there and the factor is 1.
 */
export const inflationsAt = (
  shared: readonly SharedStation[],
  connections: number,
  requestsPerMs: number,
): ReadonlyMap<string, number> => {
  const others = (connections - 1) / connections;
  return new Map(
    shared.flatMap(({ station, servers, uses, totalMs }) =>
      uses.map(({ level, ms, slots }) => [
        inflationKey(level, station),
        inflation(servers, slots, requestsPerMs * ms * others, requestsPerMs * totalMs * others),
      ]),
    ),
  );
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
 */
const responseFactor = (servers: number, load: number): number => {
  if (load >= servers) return Number.POSITIVE_INFINITY;
  const ratio = load / servers;
  return 1 + ratio ** (Math.sqrt(2 * (servers + 1)) - 1) / (servers * (1 - ratio));
};
