import { meanOf } from '../stats/sample.ts';
import { lockWaiters } from './lock-of-race.ts';
import { resource } from './network-of.ts';
import type { Prediction } from './predict.ts';
import { type CandidateOfRace, type SurroundingsOfRound, usableRounds } from './race-facts.ts';
import { shapeOf } from './server-of-race.ts';

/** What an instrument saw beside a candidate's rounds (their mean), and what the model says of the same. */
export interface Sight {
  readonly what: string;
  readonly seen: number;
  readonly unit: string;
  /** Absent where the model has no such number. */
  readonly model?: number;
}

/** Queues and waits that instruments saw: none of them is an input of the model, so they are a check of it. */
export const sightsOf = (candidate: CandidateOfRace, prediction: Prediction): readonly Sight[] => {
  const rounds = usableRounds(candidate).flatMap(({ surroundings }) => surroundings ?? []);
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
const anyLockWaiters = (at: SurroundingsOfRound): number | undefined => lockWaiters(at) || undefined;

/** Connections that stay with the process that accepted them. */
const fullestProcess = (candidate: CandidateOfRace): Sight | undefined => {
  const { shares, processes } = shapeOf(candidate);
  if (shares === undefined) return undefined;
  const what = `of the connections at the one of ${processes} processes that had most`;
  return { what, seen: 100 * shares[0]!, unit: ' %' };
};

const sight = (
  rounds: readonly SurroundingsOfRound[],
  what: string,
  unit: string,
  figureOf: (round: SurroundingsOfRound) => number | undefined,
  model?: number,
): Sight | undefined => {
  const values = rounds.flatMap((round) => figureOf(round) ?? []);
  if (values.length === 0) return undefined;
  return { what, seen: meanOf(values), unit, ...(model === undefined ? {} : { model }) };
};
