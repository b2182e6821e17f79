import { debuglog } from 'node:util';
import { describeThrown, PitwallError } from '../../base/index.ts';
import { withCeilingFlag } from '../../load/index.ts';
import type { RoundResult } from '../../result/index.ts';
import { type CandidateFiles, createCandidateFiles } from '../preflight/candidate-files.ts';
import { leaveOut, makeFileName } from '../running.ts';
import { nextAttempt } from '../schedule/attempts.ts';
import { createEstimate } from '../schedule/estimate.ts';
import { createRaceLength, listRounds } from '../schedule/race-length.ts';
import { blockOrder } from '../schedule/schedule.ts';
import type { Contender, Contest } from './contest.ts';
import type { RoundEvidence } from './round.ts';
import { failedRound, finishedRound, type RoundPlace } from './round-result.ts';

const debug = debuglog('pitwall:race');

/**
 * The timed part: every block plays each candidate once. What there is to do follows from the
 * journal alone, so that a race which is resumed goes on where it was.
 */
export const playRounds = async (contenders: readonly Contender[], contest: Contest): Promise<void> => {
  const { plan, clock, onEvent } = contest;
  const files = createCandidateFiles(contest.journal.folder);
  const estimate = createEstimate(clock, plan);
  const length = createRaceLength(contest);
  const left = new Set(contenders);
  const byName = new Map(contenders.map((contender) => [contender.facts.name, contender]));
  let said: string | undefined;
  for (let block = 1; ; block += 1) {
    const { blocks, verdictBlocks, text } = length.find([...left], block - 1);
    if (text !== undefined && text !== said) onEvent({ kind: 'progress', text });
    said = text;
    if (block > blocks || left.size === 0) return;
    // The order of all entries, so that it does not depend on who is still in the race.
    for (const [index, name] of blockOrder(contest.names, block, plan.seed).entries()) {
      const contender = byName.get(name);
      if (contender === undefined || !left.has(contender)) continue;
      const stillIn = await playBlock(contender, { block, position: index + 1 }, contest, {
        files,
        onAttempt: () => onEvent(estimate.begin(name, block, { blocks, candidates: left.size, verdictBlocks })),
      });
      if (!stillIn) left.delete(contender);
      estimate.end();
    }
  }
};

/** Plays one candidate until the block has a measured round of it; false when it is left out instead. */
const playBlock = async (
  contender: Contender,
  { block, position }: { block: number; position: number },
  contest: Contest,
  { files, onAttempt }: { files: CandidateFiles; onAttempt(): void },
): Promise<boolean> => {
  const { clock, journal, onEvent, plan } = contest;
  const candidate = contender.facts.name;
  for (;;) {
    const next = nextAttempt(listRounds(journal.records, candidate), block, plan.retries);
    if (next.kind === 'measured') return true;
    if (next.kind === 'spent') {
      leaveOut(contest, contender.facts, 'failed', next.reason);
      return false;
    }
    onAttempt();
    if (next.attempt > 1) onEvent({ kind: 'progress', text: `block ${block} of ${candidate} is played again` });
    const startedAt = new Date(clock.unixMs()).toISOString();
    const place = { block, position, attempt: next.attempt, startedAt };
    const { round, evidence } = await playAttempt(contender, place, contest);
    journal.append({ type: 'round', candidate, round });
    if (evidence !== undefined) files.append(makeFileName(candidate), round, evidence);
    onEvent({ kind: 'round-ended', candidate, round });
    if (round.outcome === 'failed') await contest.throwIfHopeless();
  }
};

/** One round; what fails in it becomes its result. */
const playAttempt = async (
  contender: Contender,
  place: RoundPlace,
  { clock, signal }: Contest,
): Promise<{ readonly round: RoundResult; readonly evidence?: RoundEvidence }> => {
  const { name } = contender.facts;
  try {
    const { evidence, job } = await contender.play(place);
    const load = await withCeilingFlag(job, evidence.load, clock);
    const round = finishedRound(place, contender.terms, { ...evidence, load });
    debug('%j of %s: %s, gates %j', place, name, round.outcome, closedGates(round));
    return { round, evidence };
  } catch (error) {
    if (error instanceof PitwallError && error.code.startsWith('result.')) throw error;
    signal.throwIfAborted();
    debug('%j of %s failed: %s', place, name, describeThrown(error));
    return { round: failedRound(place, error) };
  }
};

const closedGates = ({ gates = [] }: RoundResult): readonly string[] =>
  gates.filter(({ ok }) => !ok).map(({ name }) => name);
