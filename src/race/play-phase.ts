import { messageOf, PitwallError } from '../base/index.ts';
import { startRoundStage } from '../stage/index.ts';
import { createCandidateFiles } from './candidate-files.ts';
import { createLinks } from './links.ts';
import { failedRound, measuredRound, playRound } from './round.ts';
import { fileNameOf, leaveOut, type Runner, type Running, throwIfHopeless } from './running.ts';
import { scheduleRounds } from './schedule.ts';

/** The timed part: every block plays each candidate once, on processes of its own. */
export const playRounds = async (runners: readonly Runner[], running: Running): Promise<void> => {
  const { context, journal, onEvent } = running;
  const files = createCandidateFiles(journal.folder);
  const schedule = scheduleRounds(runners, running.plan.blocks, running.plan.seed);
  const failed = new Set<Runner>();
  const begunNs = context.clock.nowNs();
  let played = 0;
  for (const { entry: runner, block, position } of schedule) {
    if (failed.has(runner)) continue;
    const { plan } = runner;
    const name = runner.entry.name;
    const left = schedule.length - schedule.findIndex((round) => round.block === block && round.position === position);
    const perRoundMs =
      played === 0 ? plan.warmupMs + plan.durationMs + 4_000 : (context.clock.nowNs() - begunNs) / 1e6 / played;
    onEvent({
      kind: 'round-started',
      candidate: name,
      block,
      blocks: plan.blocks,
      played,
      rounds: schedule.length,
      secondsLeft: Math.round((left * perRoundMs) / 1_000),
    });
    const place = { block, position, startedAt: new Date(context.clock.unixMs()).toISOString() };
    try {
      const label = `${fileNameOf(name)}-block-${block}`;
      const links = createLinks(context, plan, plan.tap === 'rounds' ? 'passthrough' : 'none');
      await using stage = await startRoundStage(context, { ...running, ...runner, label, openLink: links.open });
      const evidence = await playRound(context, stage, links, {
        plan,
        label,
        onTick: ({ elapsedMs, requestsPerSecond, p99Ms }) =>
          onEvent({ kind: 'tick', candidate: name, elapsedMs, requestsPerSecond, p99Ms }),
      });
      const round = measuredRound(place, plan, evidence);
      files.append(fileNameOf(name), block, evidence);
      journal.append({ type: 'round', candidate: name, round });
      onEvent({ kind: 'round-ended', candidate: name, round });
      if (round.outcome === 'failed') fail(runner, round.reason ?? 'refused');
    } catch (error) {
      if (error instanceof PitwallError && error.code.startsWith('result.')) throw error;
      context.signal.throwIfAborted();
      const round = failedRound(place, error);
      journal.append({ type: 'round', candidate: name, round });
      onEvent({ kind: 'round-ended', candidate: name, round });
      await throwIfHopeless(running);
      fail(runner, messageOf(error));
    }
    played += 1;
  }

  function fail(runner: Runner, reason: string): void {
    failed.add(runner);
    leaveOut(running, runner.facts, 'failed', reason);
  }
};
