import { PitwallError } from '../base/index.ts';
import { compareContestants } from './comparisons.ts';
import { usdPerMillionRequests } from './cost.ts';
import { readLooks, readProlonged } from './looks.ts';
import { checkRaceGates } from './race-gates/index.ts';
import type { CandidateFacts, CandidateResult, JournalRecord, PlanFacts, RaceResult } from './schema/race.ts';
import { resultVersion } from './schema/race.ts';
import type { RoundResult } from './schema/round.ts';
import { summariseRounds } from './summarise.ts';

/**
 * The result that a journal holds. The journal is the truth; race.json is this function of it, so a race
 * that was killed has a result too.
 */
export const assembleResult = (records: readonly JournalRecord[]): RaceResult => {
  const head = records[0];
  if (head?.type !== 'race') throw new PitwallError('result.invalid', 'The journal does not begin with a race.');
  const candidates = listCandidates(records).map((candidate) => withCost(candidate, head.plan.prices));
  const resumes = records.filter((record) => record.type === 'resume');
  const last = records.at(-1)!;
  // A race that was resumed has not ended where it ended before.
  const end = last.type === 'end' ? last : undefined;
  const contestants = candidates.filter(({ status, summary }) => status === 'ok' && summary !== undefined).sort(byRate);
  const gates = checkRaceGates(contestants);
  const looks = readLooks(records);
  const { comparisons, best } = compareContestants(contestants, gates, { ...head.plan, looks });
  return {
    version: resultVersion,
    id: head.id,
    startedAt: head.startedAt,
    ...(end === undefined ? {} : { endedAt: end.endedAt }),
    outcome: end?.outcome ?? 'unfinished',
    ...(end?.reason === undefined ? {} : { reason: end.reason }),
    plan: { ...head.plan, blocks: readProlonged(records) ?? head.plan.blocks },
    environment: head.environment,
    missing: head.missing,
    overrides: head.overrides,
    resumedAt: resumes.map(({ resumedAt }) => resumedAt),
    candidates: [...candidates],
    ...(looks === undefined ? {} : { looks }),
    comparisons: [...comparisons],
    best: [...best],
    gates: [...gates],
  };
};

/** A later record on a candidate replaces an earlier one: one that was ok may fail in a round. */
const listCandidates = (records: readonly JournalRecord[]): readonly CandidateResult[] => {
  const candidates = new Map<string, CandidateFacts>();
  const rounds = new Map<string, RoundResult[]>();
  for (const record of records) {
    if (record.type === 'candidate') {
      const { type: _, ...facts } = record;
      candidates.set(facts.name, facts);
    } else if (record.type === 'round') {
      rounds.set(record.candidate, [...(rounds.get(record.candidate) ?? []), record.round]);
    }
  }
  return [...candidates.values()].map((facts) => {
    const own = rounds.get(facts.name) ?? [];
    const summary = summariseRounds(own);
    return { ...facts, rounds: own, ...(summary === undefined ? {} : { summary }) };
  });
};

const withCost = (candidate: CandidateResult, prices: PlanFacts['prices']): CandidateResult => {
  const { summary, atLatencyTarget } = candidate;
  if (summary === undefined) return candidate;
  const usual = usdPerMillionRequests(prices, summary.requestsPerSecond.mean);
  const atTarget = usdPerMillionRequests(prices, atLatencyTarget?.requestsPerSecond ?? 0);
  return {
    ...candidate,
    summary: {
      ...summary,
      ...(usual === undefined ? {} : { usdPerMillionRequests: usual }),
      ...(atTarget === undefined ? {} : { usdPerMillionAtLatencyTarget: atTarget }),
    },
  };
};

const byRate = (a: CandidateResult, b: CandidateResult): number =>
  (b.summary?.requestsPerSecond.mean ?? 0) - (a.summary?.requestsPerSecond.mean ?? 0);
