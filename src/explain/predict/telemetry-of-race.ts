import { average } from '../../stats/sample.ts';
import { type CandidateOfRace, type RoundTelemetry, usableRounds } from '../demands/race-facts.ts';
import { readShape } from '../demands/server-of-race.ts';
import { resource } from '../model/build-network.ts';
import { lockWaiters } from './lock-of-race.ts';
import type { Prediction } from './predict.ts';

/** What an instrument saw beside a candidate's rounds (their mean), and what the model says of the same. */
export interface Observation {
  readonly what: string;
  readonly seen: number;
  readonly unit: string;
  /** Absent where the model has no such number. */
  readonly model?: number;
}

/** Queues and waits that instruments saw: none of them is an input of the model, so they are a check of it. */
export const findObservations = (candidate: CandidateOfRace, prediction: Prediction): readonly Observation[] => {
  const rounds = usableRounds(candidate).flatMap(({ telemetry }) => telemetry ?? []);
  const waitingAt = (name: string): number | undefined =>
    prediction.uses.find(({ resource: one }) => one === name)?.waiting;
  return [
    sight(rounds, 'requests queued at the proxy', '', (at) => at.proxy?.queued.mean, waitingAt(resource.maxconn)),
    sight(rounds, 'connections waiting at the pooler', '', (at) => at.pooler?.clientsWaiting.mean),
    sight(rounds, 'wait for a server connection at the pooler', ' ms', (at) => at.pooler?.waitMsPerTransaction),
    sight(rounds, 'sessions waiting for a lock in the database', '', anyLockWaiters, waitingAt(resource.lock)),
    fullestProcess(candidate),
    sight(rounds, 'of the machine busy', ' %', ({ machine }) => machine?.busyRatio && 100 * machine.busyRatio),
  ].filter((one) => one !== undefined);
};

/** Nobody waiting is the rule, and worth no line. */
const anyLockWaiters = (at: RoundTelemetry): number | undefined => lockWaiters(at) || undefined;

/** Connections that stay with the process that accepted them. */
const fullestProcess = (candidate: CandidateOfRace): Observation | undefined => {
  const { shares, processes } = readShape(candidate);
  if (shares === undefined) return undefined;
  const what = `of the connections at the one of ${processes} processes that had most`;
  return { what, seen: 100 * shares[0]!, unit: ' %' };
};

const sight = (
  rounds: readonly RoundTelemetry[],
  what: string,
  unit: string,
  figureOf: (round: RoundTelemetry) => number | undefined,
  model?: number,
): Observation | undefined => {
  const values = rounds.flatMap((round) => figureOf(round) ?? []);
  if (values.length === 0) return undefined;
  return { what, seen: average(values), unit, ...(model === undefined ? {} : { model }) };
};
