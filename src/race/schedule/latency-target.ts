import { startRoundStage } from '../../components/index.ts';
import { findRate, type LoadResult } from '../../load/index.ts';
import { assembleResult, type CandidateFacts } from '../../result/index.ts';
import { createLinks } from '../round/links.ts';
import { buildLoadJob } from '../round/load-job.ts';
import { runLoadToEnd } from '../round/load-process.ts';
import { makeFileName, type Runner, type Running } from '../running.ts';

/** A trial is short: a search takes about ten of them. */
const trialMs = { least: 3_000, most: 10_000 };
/** How near the answer comes, as a share. */
const precision = 0.1;
/** Below this many answers p99 says nothing; a trial at a low rate lasts longer instead. */
const answersWanted = 200;

/**
 * Searches the highest rate (open loop) at which 99 % of the answers come within the plan's target, counted from the
 * planned send; undefined when not even a slow trickle does.
 * @param measuredRate What the closed loop gave, from which the search begins.
 */
const searchRateAt = async (
  runner: Runner,
  running: Running,
  p99Ms: number,
  measuredRate: number,
): Promise<NonNullable<CandidateFacts['atLatencyTarget']>> => {
  const { context } = runner;
  const { plan } = runner;
  const label = `${makeFileName(runner.entry.name)}-latency-target`;
  const links = createLinks(context, plan, 'none');
  await using stage = await startRoundStage(context, { ...running, ...runner, label, openLink: links.open });
  const run = (ratePerS: number): Promise<LoadResult> => {
    context.progress(`${runner.entry.name}: p99 at ${Math.round(ratePerS)} requests/s`);
    return runLoadToEnd(
      context,
      stage,
      {
        ...buildLoadJob(plan, stage),
        model: { kind: 'open', connections: plan.connections, ratePerS, arrivals: 'poisson' },
        warmupMs: 1_000,
        stop: { durationMs: Math.min(trialMs.most, Math.max(trialMs.least, (answersWanted / ratePerS) * 1_000)) },
        sampleRatio: 0,
      },
      label,
    );
  };
  const judge = ({ responseMs }: LoadResult): string =>
    responseMs !== undefined && responseMs.p99 <= p99Ms ? '' : `p99 was ${responseMs?.p99.toFixed(1)} ms`;
  const startRatePerS = measuredRate / 2;
  // A target that does not even hold at a sixteenth of the measured rate is no matter of load.
  const { ratePerS } = await findRate({ run, judge, startRatePerS, leastRatePerS: startRatePerS / 8, precision });
  return { p99Ms, ...(ratePerS === undefined ? {} : { requestsPerSecond: ratePerS }) };
};

/** The last phase, where the plan has a latency target: one search for each candidate that was timed. */
export const searchLatencyTargets = async (runners: readonly Runner[], running: Running): Promise<void> => {
  const { journal, plan } = running;
  if (plan.latencyTarget === undefined) return;
  for (const { name, status, summary, atLatencyTarget, rounds: _, ...facts } of assembleResult(journal.records)
    .candidates) {
    const runner = runners.find(({ entry }) => entry.name === name);
    if (runner === undefined || status !== 'ok' || summary === undefined || atLatencyTarget !== undefined) continue;
    const found = await searchRateAt(runner, running, plan.latencyTarget.p99Ms, summary.requestsPerSecond.mean);
    journal.append({ type: 'candidate', ...facts, name, status, atLatencyTarget: found });
  }
};
