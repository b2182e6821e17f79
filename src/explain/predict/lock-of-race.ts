import { average } from '../../stats/sample.ts';
import type { Demands } from '../demands/demands.ts';
import { between } from '../demands/estimate.ts';
import { type CandidateOfRace, type RoundTelemetry, usableRounds } from '../demands/race-facts.ts';
import type { Measured } from '../explain.ts';

/** Fewer sessions than this wait for a row now and then, and nothing is limited by it. */
const worthNaming = 0.5;

/**
 * The demands with the section that only one request at a time can be in, where sessions of the database were seen
 * waiting for a lock. Nobody measures that section: with L waiting on average it is in use for a share of
 * (sqrt(L^2 + 4 L) - L) / 2 of the time (M/M/1) or more, and the rate says how long that is a request. So it names the
 * cause, and is no check of the rate.
 */
export const withLock = (demands: Demands, candidate: CandidateOfRace, { requestsPerSecond }: Measured): Demands => {
  const waiting = waitingForLocks(candidate);
  if (waiting < worthNaming) return demands;
  const share = (Math.sqrt(waiting ** 2 + 4 * waiting) - waiting) / 2;
  const allMs = 1_000 / requestsPerSecond.value;
  const { database, unseen } = demands;
  const { waitMs } = database;
  // The serial calibration counted the section as a wait.
  const waitLess = (ms: number): number => Math.max(0, ms - share * allMs);
  return {
    ...demands,
    database: {
      ...database,
      waitMs: between(waitLess(waitMs.low), waitLess(waitMs.value), waitLess(waitMs.high)),
      lockMs: between(share ** 2 * allMs, share * allMs, allMs),
    },
    unseen: [
      ...unseen,
      {
        what: 'how long a request keeps others out of the database',
        why: `not measured; ${waiting.toFixed(1)} sessions waited for a lock, and the rate says how long each must have held it`,
      },
    ],
  };
};

/** Mean of the rounds; 0 where nobody looked. */
const waitingForLocks = (candidate: CandidateOfRace): number => {
  const seen = usableRounds(candidate).flatMap(({ telemetry }) => lockWaiters(telemetry) ?? []);
  return seen.length === 0 ? 0 : average(seen);
};

/** Sessions that waited for a row, a table or an advisory lock; undefined where the database was not looked at. */
export const lockWaiters = (telemetry: RoundTelemetry | undefined): number | undefined => {
  const states = telemetry?.database;
  if (states === undefined) return undefined;
  return Object.entries(states)
    .filter(([state]) => state.startsWith('active Lock/'))
    .reduce((sum, [, count]) => sum + count, 0);
};
