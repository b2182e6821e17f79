import { PitwallError } from '../base/index.ts';
import type { CandidateFacts, JournalRecord, RaceResult, RoundResult } from './schema.ts';
import { resultVersion } from './schema.ts';
import { summariseRounds } from './summarise.ts';

/**
 * The result that a journal holds. The journal is the truth; race.json is this function of it, so a race
 * that was killed has a result too.
 */
export const assembleResult = (records: readonly JournalRecord[]): RaceResult => {
  const head = records[0];
  if (head?.type !== 'race') throw new PitwallError('result.invalid', 'The journal does not begin with a race.');
  const candidates = new Map<string, CandidateFacts>();
  const rounds = new Map<string, RoundResult[]>();
  let end: Extract<JournalRecord, { type: 'end' }> | undefined;
  for (const record of records) {
    if (record.type === 'candidate') {
      // A later record replaces an earlier one: a candidate that was ok may fail in a round.
      const { type: _, ...facts } = record;
      candidates.set(facts.name, facts);
    } else if (record.type === 'round') {
      rounds.set(record.candidate, [...(rounds.get(record.candidate) ?? []), record.round]);
    } else if (record.type === 'end') end = record;
  }
  return {
    version: resultVersion,
    id: head.id,
    startedAt: head.startedAt,
    ...(end === undefined ? {} : { endedAt: end.endedAt }),
    outcome: end?.outcome ?? 'unfinished',
    ...(end?.reason === undefined ? {} : { reason: end.reason }),
    plan: head.plan,
    environment: head.environment,
    missing: head.missing,
    candidates: [...candidates.values()].map((facts) => {
      const own = rounds.get(facts.name) ?? [];
      const summary = summariseRounds(own);
      return { ...facts, rounds: own, ...(summary === undefined ? {} : { summary }) };
    }),
  };
};
