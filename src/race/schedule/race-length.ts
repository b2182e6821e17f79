import type { Clock } from '../../base/index.ts';
import type { Schedule } from '../../plan/index.ts';
import {
  type CandidateFacts,
  decideRates,
  type Journal,
  type JournalRecord,
  type RateDecision,
  type RoundResult,
  readLooks,
  readProlonged,
} from '../../result/index.ts';
import { planBlocks } from './block-plan.ts';

/** How many blocks a race will have, as far as can be told after those that were played. */
export interface RaceLength {
  readonly blocks: number;
  /** Worth telling where it is news. */
  readonly text?: string;
  /** About so many blocks give a verdict; absent where it is there, or not to be expected. */
  readonly verdictBlocks?: number;
}

/** A candidate that is still in the race. */
interface Racer {
  readonly facts: CandidateFacts;
}

export interface LengthOptions {
  readonly plan: Schedule;
  readonly journal: Journal;
  readonly clock: Clock;
}

/** @returns what says, after each block, how many there will be. */
export const createRaceLength = ({ plan, journal, clock }: LengthOptions) => {
  const startedNs = clock.nowNs();
  const elapsedBeforeMs = findLook(journal.records)?.elapsedMs ?? 0;
  const prolongedTo = readProlonged(journal.records);
  const find = (racers: readonly Racer[], played: number): RaceLength => {
    if (prolongedTo !== undefined) return withVerdict(prolongedTo, decide(journal.records, racers, played), played);
    if (plan.untilDecidedMs !== undefined) {
      const elapsedMs = elapsedBeforeMs + (clock.nowNs() - startedNs) / 1e6;
      return untilDecided({ ...plan, allowedMs: plan.untilDecidedMs }, { journal, racers, played, elapsedMs });
    }
    const { blocks, decision } = planBlocks(
      plan,
      racers.map(({ facts }) => listRounds(journal.records, facts.name)),
      played,
    );
    if (decision !== undefined) return { blocks, text: describePrecision(decision, blocks) };
    return plan.precision === undefined
      ? withVerdict(blocks, decide(journal.records, racers, played), played)
      : { blocks };
  };
  return { find };
};

export const listRounds = (records: readonly JournalRecord[], candidate: string): readonly RoundResult[] =>
  records.flatMap((record) => (record.type === 'round' && record.candidate === candidate ? [record.round] : []));

type Look = Extract<JournalRecord, { type: 'look' }>;

const findLook = (records: readonly JournalRecord[]): Look | undefined =>
  records.findLast((record): record is Look => record.type === 'look');

/** What the race says after so many complete blocks, if it can be looked at there. */
const decide = (
  records: readonly JournalRecord[],
  racers: readonly Racer[],
  played: number,
  looks = readLooks(records),
): RateDecision | undefined => {
  const [head] = records;
  if (played < 2 || head?.type !== 'race') return undefined;
  const contestants = racers.map(({ facts }) => ({
    ...facts,
    rounds: listRounds(records, facts.name).filter(({ block }) => block <= played),
  }));
  return decideRates(contestants, { ...head.plan, looks });
};

/** A verdict that is there already is no news before the end: a race of so many blocks is judged when it has them. */
const withVerdict = (blocks: number, decision: RateDecision | undefined, played: number): RaceLength =>
  decision === undefined || decision.isDecided ? { blocks } : { blocks, verdictBlocks: played + decision.moreBlocks };

interface Progress {
  readonly journal: Journal;
  readonly racers: readonly Racer[];
  readonly played: number;
  readonly elapsedMs: number;
}

/**
 * Looks at the race after each block from the first that can tell something on, and keeps each look in the journal: the intervals allow
 * for all of them. How many looks there will be is settled at the first, from the time that blocks take and nothing else.
 */
const untilDecided = (
  { blocks: fewest, maxBlocks, allowedMs }: Schedule & { readonly allowedMs: number },
  { journal, racers, played, elapsedMs }: Progress,
): RaceLength => {
  if (played < fewest) return { blocks: fewest };
  const before = findLook(journal.records);
  // A race that is resumed goes past the blocks that it was looked at after.
  if (before !== undefined && before.blocks >= played) return describeLook(before, undefined, { played, allowedMs });
  const blockMs = elapsedMs / played;
  const fitting = played + Math.max(0, Math.floor((allowedMs - elapsedMs) / blockMs));
  const horizon = before?.horizon ?? Math.min(maxBlocks, fitting);
  const isLast = played >= horizon || fitting <= played;
  const at = [...(readLooks(journal.records)?.at ?? []), played];
  const decision = decide(journal.records, racers, played, { at, horizon, isLast });
  const look = {
    type: 'look' as const,
    blocks: played,
    horizon,
    elapsedMs: Math.round(elapsedMs),
    isDecided: decision?.isDecided === true,
    // Without another candidate there is nothing to wait for.
    isLast: isLast || decision === undefined,
  };
  journal.append(look);
  return describeLook(look, decision, { played, allowedMs });
};

const describeLook = (
  { blocks, horizon, isDecided, isLast }: Look,
  decision: RateDecision | undefined,
  { played, allowedMs }: { readonly played: number; readonly allowedMs: number },
): RaceLength => {
  const count = `${blocks} ${blocks === 1 ? 'block' : 'blocks'}`;
  if (isDecided && blocks === played) return { blocks, text: `decided after ${count}` };
  if (isLast && blocks === played) return { blocks, text: `not decided after ${count}, the most that were allowed` };
  if (decision === undefined) return { blocks: Math.max(blocks, played + 1) };
  const verdictBlocks = played + decision.moreBlocks;
  return verdictBlocks <= horizon
    ? { blocks: verdictBlocks, verdictBlocks, text: `not decided after ${count}; about ${verdictBlocks} would do` }
    : {
        blocks: horizon,
        text: `not decided after ${count}; a verdict is not to be expected within ${Math.round(allowedMs / 1_000)} s (${horizon} blocks)`,
      };
};

const describePrecision = (
  { kind, ...decision }: NonNullable<ReturnType<typeof planBlocks>['decision']>,
  blocks: number,
): string => {
  const reached = 'precision' in decision ? `± ${(decision.precision * 100).toFixed(1)} %` : '';
  switch (kind) {
    case 'precise':
      return `every ratio is known to ${reached} after ${blocks} blocks`;
    case 'capped':
      return `after ${blocks} blocks, the most that the plan allows, ratios are known to ${reached}`;
    case 'continue':
      return `the variability so far asks for ${blocks} blocks`;
    default:
      return kind satisfies never;
  }
};
