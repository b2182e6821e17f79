import type { Check } from './checks.ts';
import { settingOf } from './checks.ts';
import type { Demands } from './demands.ts';
import { demandsOfRace } from './demands-of-race.ts';
import type { Measured } from './explain.ts';
import { propagate, type Quantity } from './quantity.ts';
import type { CandidateOfRace, RaceFacts } from './race-facts.ts';
import { rateOf } from './rate-of.ts';
import { askedOf, type TurnCosts, turnCostsOf } from './turn-costs.ts';
import { withoutConnecting, withTurnarounds } from './with-turnarounds.ts';

/** What the model of an original says of its tuned twin, beside what the race measured of it. */
export interface TwinCheck {
  readonly twin: string;
  /** Rate of the twin over that of the original. */
  readonly predictedGain: Quantity;
  readonly measuredGain: number;
  /** predicted / measured - 1. */
  readonly error: number;
}

/**
 * Where a race measured the same server at other points of a sweep, each is a check of the what-ifs: the rate
 * there is predicted from this point alone, by the settings that differ, and held against the one measured.
 */
export const sweepChecks = (
  race: RaceFacts,
  candidate: CandidateOfRace,
  demands: Demands,
  { requestsPerSecond }: Measured,
): readonly Check[] =>
  race.candidates
    .filter((other) => other !== candidate && other.candidate === candidate.candidate && isElsewhere(other, candidate))
    .flatMap((other) => {
      const read = demandsOfRace(race, other.name);
      if (read.kind === 'missing') return [];
      const there = atSettingOf(demands, read.demands);
      return [
        {
          setting: settingOf(there),
          predictedPerSecond: (requestsPerSecond.value * rateOf(there)) / rateOf(demands),
          measuredPerSecond: read.measured.requestsPerSecond,
        },
      ];
    });

/**
 * Twins of the candidate in the same race: what the model says of them from the original's CPU and waits, and
 * of the twin its settings and its round trips.
 */
export const twinChecks = (
  race: RaceFacts,
  candidate: CandidateOfRace,
  demands: Demands,
  { requestsPerSecond }: Measured,
): readonly TwinCheck[] => {
  const costs = turnCostsOf(race);
  return race.candidates
    .filter(
      (other) => other.twinOf !== undefined && other.twinOf === candidate.candidate && !isElsewhere(other, candidate),
    )
    .flatMap((other) => {
      const read = demandsOfRace(race, other.name);
      if (read.kind === 'missing') return [];
      const { turnarounds, connect } = read.demands.database;
      const twinOf = (moved: Demands): Demands => {
        const setting = atSettingOf(moved, read.demands);
        const there = withTurnarounds(connect === undefined ? withoutConnecting(setting) : setting, turnarounds);
        const far = withFarCosts(there, setting, costs, askedOf(candidate), askedOf(other));
        return atOwnRate(far, requestsPerSecond.value, costs);
      };
      const predictedGain = propagate(demands, (moved) => rateOf(twinOf(moved)) / rateOf(moved));
      const measuredGain = read.measured.requestsPerSecond.value / requestsPerSecond.value;
      return [{ twin: other.name, predictedGain, measuredGain, error: predictedGain.value / measuredGain - 1 }];
    });
};

type Asked = ReturnType<typeof askedOf>;

/** Where the race shows what a round trip and a parsed statement cost the far side, its CPU is the original's less theirs. */
const withFarCosts = (there: Demands, original: Demands, costs: TurnCosts, from: Asked, to: Asked): Demands => {
  if (from === undefined || to === undefined || from.connects !== to.connects) return there;
  const { pooler, database } = original.cpuMs;
  const turns = from.turns - to.turns;
  return {
    ...there,
    cpuMs: {
      ...there.cpuMs,
      ...(pooler === undefined || costs.poolerMs === undefined
        ? {}
        : { pooler: lessBy(pooler, turns * costs.poolerMs) }),
      ...(database === undefined || costs.database === undefined
        ? {}
        : {
            database: lessBy(
              database,
              turns * costs.database.turnMs + (from.parses - to.parses) * costs.database.parseMs,
            ),
          }),
    },
  };
};

/**
 * What the load generator and the client's relay do whatever comes is shared by more requests at a higher rate. The rate follows
 * from it in turn, so both are found by a few steps.
 */
const atOwnRate = (demands: Demands, originalPerSecond: number, { idle }: TurnCosts): Demands => {
  let there = demands;
  for (let step = 0; step < 4; step += 1) {
    const saved = 1 / originalPerSecond - 1 / rateOf(there);
    const { client, proxy } = demands.cpuMs;
    there = {
      ...demands,
      cpuMs: {
        ...demands.cpuMs,
        ...(client === undefined ? {} : { client: lessBy(client, saved * (idle.client ?? 0)) }),
        ...(proxy === undefined ? {} : { proxy: lessBy(proxy, saved * (idle.proxy ?? 0)) }),
      },
    };
  }
  return there;
};

/** Never less than a twentieth: the costs are means of several candidates. */
const lessBy = ({ value, low, high }: Quantity, ms: number): Quantity => {
  const factor = Math.max(0.05, 1 - ms / value);
  return { value: value * factor, low: low * factor, high: high * factor };
};

const isElsewhere = ({ point: a = {} }: CandidateOfRace, { point: b = {} }: CandidateOfRace): boolean =>
  Object.keys({ ...a, ...b }).some((key) => a[key] !== b[key]);

/** What was measured of a request in one place, under the limits and links of another. */
const atSettingOf = (demands: Demands, there: Demands): Demands => {
  const { proxy: _proxy, pool: _pool, pooler: _pooler, ...own } = demands;
  return {
    ...own,
    client: there.client,
    ...(there.proxy === undefined ? {} : { proxy: there.proxy }),
    server: there.server,
    ...(there.pool === undefined ? {} : { pool: there.pool }),
    ...(there.pooler === undefined ? {} : { pooler: there.pooler }),
    database: { ...demands.database, linkMs: there.database.linkMs },
    hosts: there.hosts,
  };
};
