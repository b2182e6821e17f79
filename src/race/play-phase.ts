import { PitwallError } from '../base/index.ts';
import { withCeilingFlag } from '../load/index.ts';
import type { RoundResult } from '../result/index.ts';
import { startRoundStage } from '../stage/index.ts';
import { nextAttempt } from './attempts.ts';
import { planBlocks } from './block-plan.ts';
import { type CandidateFiles, createCandidateFiles } from './candidate-files.ts';
import { createEstimate } from './estimate.ts';
import { createLinks } from './links.ts';
import { loadJobOf } from './load-job.ts';
import { playRound, type RoundEvidence } from './round.ts';
import { failedRound, finishedRound, type RoundPlace } from './round-result.ts';
import { fileNameOf, leaveOut, type Runner, type Running, throwIfHopeless } from './running.ts';
import { blockOrder } from './schedule.ts';

/**
 * The timed part: every block plays each candidate once, on processes of its own. What there is to do follows from the
 * journal alone, so that a race which is resumed goes on where it was.
 */
export const playRounds = async (runners: readonly Runner[], running: Running): Promise<void> => {
  const { plan, context, onEvent } = running;
  const files = createCandidateFiles(running.journal.folder);
  const estimate = createEstimate(context.clock, plan);
  const left = new Set(runners);
  const byEntry = new Map(runners.map((runner) => [runner.entry.name, runner]));
  let blocks = 0;
  for (let block = 1; ; block += 1) {
    const planned = planBlocks(
      plan,
      [...left].map((runner) => roundsOf(running, runner)),
      block - 1,
    );
    const isNews = planned.blocks !== blocks || planned.decision?.kind !== 'continue';
    if (planned.decision !== undefined && isNews) onEvent(saysOf(planned.decision, planned.blocks));
    blocks = planned.blocks;
    if (block > blocks || left.size === 0) return;
    // The order of all entries, so that it does not depend on who is still in the race.
    for (const [index, entry] of blockOrder(plan.entries, block, plan.seed).entries()) {
      const runner = byEntry.get(entry.name);
      if (runner === undefined || !left.has(runner)) continue;
      const stillIn = await playBlockOf(runner, { block, position: index + 1 }, running, {
        files,
        onAttempt: () => onEvent(estimate.begin(entry.name, block, blocks, left.size)),
      });
      if (!stillIn) left.delete(runner);
      estimate.end();
    }
  }
};

const roundsOf = ({ journal }: Running, { entry }: Runner): readonly RoundResult[] =>
  journal.records.flatMap((record) =>
    record.type === 'round' && record.candidate === entry.name ? [record.round] : [],
  );

/** Plays one candidate until the block has a measured round of it; false when it is left out instead. */
const playBlockOf = async (
  runner: Runner,
  { block, position }: { block: number; position: number },
  running: Running,
  { files, onAttempt }: { files: CandidateFiles; onAttempt(): void },
): Promise<boolean> => {
  const { context, journal, onEvent, plan } = running;
  const candidate = runner.entry.name;
  for (;;) {
    const next = nextAttempt(roundsOf(running, runner), block, plan.retries);
    if (next.kind === 'measured') return true;
    if (next.kind === 'spent') {
      leaveOut(running, runner.facts, 'failed', next.reason);
      return false;
    }
    onAttempt();
    if (next.attempt > 1) onEvent({ kind: 'progress', text: `block ${block} of ${candidate} is played again` });
    const startedAt = new Date(context.clock.unixMs()).toISOString();
    const { round, evidence } = await playAttempt(
      runner,
      { block, position, attempt: next.attempt, startedAt },
      running,
    );
    journal.append({ type: 'round', candidate, round });
    if (evidence !== undefined) files.append(fileNameOf(candidate), round, evidence);
    onEvent({ kind: 'round-ended', candidate, round });
    if (round.outcome === 'failed') await throwIfHopeless(running);
  }
};

/** One round from its stage's start to its stage's end; what fails in it becomes its result. */
const playAttempt = async (
  runner: Runner,
  place: RoundPlace,
  running: Running,
): Promise<{ readonly round: RoundResult; readonly evidence?: RoundEvidence }> => {
  const { context } = running;
  const { plan } = runner;
  try {
    const { evidence, job } = await playOnStage(runner, place, running);
    const load = await withCeilingFlag(job, evidence.load, context.clock);
    const round = finishedRound(place, plan, { ...evidence, load });
    return { round, evidence };
  } catch (error) {
    if (error instanceof PitwallError && error.code.startsWith('result.')) throw error;
    context.signal.throwIfAborted();
    return { round: failedRound(place, error) };
  }
};

const playOnStage = async (runner: Runner, { block, attempt }: RoundPlace, running: Running) => {
  const { context, onEvent } = running;
  const { plan } = runner;
  const candidate = runner.entry.name;
  const label = `${fileNameOf(candidate)}-block-${block}${attempt === 1 ? '' : `-attempt-${attempt}`}`;
  const links = createLinks(context, plan, plan.tap === 'rounds' ? 'passthrough' : 'none');
  await using stage = await startRoundStage(context, { ...running, ...runner, label, openLink: links.open });
  const evidence = await playRound(context, stage, links, {
    plan,
    label,
    onTick: ({ elapsedMs, requestsPerSecond, p99Ms }) =>
      onEvent({ kind: 'tick', candidate, elapsedMs, requestsPerSecond, p99Ms }),
  });
  return { evidence, job: loadJobOf(plan, stage) };
};

const saysOf = (
  { kind, ...decision }: NonNullable<ReturnType<typeof planBlocks>['decision']>,
  blocks: number,
): { readonly kind: 'progress'; readonly text: string } => {
  const reached = 'precision' in decision ? `± ${(decision.precision * 100).toFixed(1)} %` : '';
  const text =
    kind === 'precise'
      ? `every ratio is known to ${reached} after ${blocks} blocks`
      : kind === 'capped'
        ? `after ${blocks} blocks, the most that the plan allows, ratios are known to ${reached}`
        : `the scatter so far asks for ${blocks} blocks`;
  return { kind: 'progress', text };
};
