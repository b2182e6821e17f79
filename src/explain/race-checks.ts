import { askedOf } from './asked.ts';
import type { Check } from './checks.ts';
import { settingOf } from './checks.ts';
import type { Demands } from './demands.ts';
import { demandsOfRace } from './demands-of-race.ts';
import type { Measured } from './explain.ts';
import { propagate, type Quantity } from './quantity.ts';
import type { CandidateOfRace, RaceFacts } from './race-facts.ts';
import { rateOf } from './rate-of.ts';
import { assumed, farSideOf, twinDemands } from './twin-demands.ts';

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
  const farSide = farSideOf(race);
  return race.candidates
    .filter(
      (other) => other.twinOf !== undefined && other.twinOf === candidate.candidate && !isElsewhere(other, candidate),
    )
    .flatMap((other) => {
      const read = demandsOfRace(race, other.name);
      if (read.kind === 'missing') return [];
      const facts = { from: askedOf(candidate), to: askedOf(other), perSecond: requestsPerSecond.value, farSide };
      const predictedGain = propagate({ demands, by: assumed }, (moved) => {
        const setting = atSettingOf(moved.demands, read.demands);
        return rateOf(twinDemands(setting, read.demands.database, { ...facts, by: moved.by })) / rateOf(moved.demands);
      });
      const measuredGain = read.measured.requestsPerSecond.value / requestsPerSecond.value;
      return [{ twin: other.name, predictedGain, measuredGain, error: predictedGain.value / measuredGain - 1 }];
    });
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
