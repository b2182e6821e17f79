import type { Demands } from '../demands/demands.ts';
import { type Estimate, propagate } from '../demands/estimate.ts';
import type { CandidateOfRace, RaceFacts } from '../demands/race-facts.ts';
import { readDemands } from '../demands/read-demands.ts';
import type { Measured } from '../explain.ts';
import { predictRate } from '../solver/rate-of.ts';
import { readAsked } from './asked.ts';
import type { Check } from './checks.ts';
import { readSetting } from './checks.ts';
import { assumed, predictVariantDemands, readDatabaseSide } from './variant-demands.ts';

/** What the model of an original says of its tuned variant, beside what the race measured of it. */
export interface VariantCheck {
  readonly variant: string;
  /** Rate of the variant over that of the original. */
  readonly predictedGain: Estimate;
  readonly measuredGain: number;
  /** predicted / measured - 1. */
  readonly error: number;
}

/**
 * Where a race measured the same server at other points of a sweep, each is a check of the what-ifs: the rate
 * there is predicted from this point alone, by the settings that differ, and compared with the one measured.
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
      const read = readDemands(race, other.name);
      if (read.kind === 'missing') return [];
      const there = checkAtSetting(demands, read.demands);
      return [
        {
          setting: readSetting(there),
          predictedPerSecond: (requestsPerSecond.value * predictRate(there)) / predictRate(demands),
          measuredPerSecond: read.measured.requestsPerSecond,
        },
      ];
    });

/**
 * Variants of the candidate in the same race: what the model says of them from the original's CPU and waits, and
 * of the variant its settings and its round trips.
 */
export const checkVariants = (
  race: RaceFacts,
  candidate: CandidateOfRace,
  demands: Demands,
  { requestsPerSecond }: Measured,
): readonly VariantCheck[] => {
  const databaseSide = readDatabaseSide(race);
  return race.candidates
    .filter(
      (other) =>
        other.variantOf !== undefined && other.variantOf === candidate.candidate && !isElsewhere(other, candidate),
    )
    .flatMap((other) => {
      const read = readDemands(race, other.name);
      if (read.kind === 'missing') return [];
      const facts = {
        from: readAsked(candidate),
        to: readAsked(other),
        perSecond: requestsPerSecond.value,
        databaseSide,
      };
      const predictedGain = propagate({ demands, by: assumed }, (moved) => {
        const setting = checkAtSetting(moved.demands, read.demands);
        return (
          predictRate(predictVariantDemands(setting, read.demands.database, { ...facts, by: moved.by })) /
          predictRate(moved.demands)
        );
      });
      const measuredGain = read.measured.requestsPerSecond.value / requestsPerSecond.value;
      return [{ variant: other.name, predictedGain, measuredGain, error: predictedGain.value / measuredGain - 1 }];
    });
};

const isElsewhere = ({ point: a = {} }: CandidateOfRace, { point: b = {} }: CandidateOfRace): boolean =>
  Object.keys({ ...a, ...b }).some((key) => a[key] !== b[key]);

/** What was measured of a request in one place, under the limits and links of another. */
const checkAtSetting = (demands: Demands, there: Demands): Demands => {
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
