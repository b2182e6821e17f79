import type { LoadJob } from './job.ts';
import type { MergedTally } from './result.ts';
import type { LoadFlag, LoadResult } from './types.ts';

/** Shares and milliseconds beyond which a result is not the server's. */
export const flagLimits = {
  cpuUtilisation: 0.8,
  eventLoopDelayP99Ms: 10,
  ownLagP99Ms: 5,
  waitedRatio: 0.01,
  littlesLawError: 0.02,
  ceilingRatio: 0.6,
} as const;

type Measured = Omit<LoadResult, 'flags'>;

/** Checks whether the client, not the server, made the numbers. */
export const flagsOf = (job: LoadJob, result: Measured, merged: MergedTally): LoadFlag[] => {
  const flags = [cpuFlag(result), eventLoopFlag(result), littlesLawFlag(job, result, merged)];
  if (job.model.kind !== 'closed') flags.push(scheduleFlag(merged), connectionsFlag(result, merged));
  if (merged.surplus > 0) flags.push(surplusFlag(merged));
  return flags;
};

/** A client that has just started compiles its own code; and its event loop has not been looked at often. */
const shortestMs = 500;
/** The 99th percentile of fewer is the slowest of all, and that is chance. */
const fewestForP99 = 200;
const tooShort = 'Too short a run to tell.';

const cpuFlag = ({ client, elapsedMs }: Measured): LoadFlag => {
  const isTooShort = elapsedMs < shortestMs;
  const ok = isTooShort || client.cpuUtilisation <= flagLimits.cpuUtilisation;
  return {
    name: 'client-cpu',
    ok,
    value: client.cpuUtilisation,
    limit: flagLimits.cpuUtilisation,
    explain: isTooShort
      ? tooShort
      : ok
        ? 'The load generator had time to spare.'
        : `The load generator used ${percent(client.cpuUtilisation)} of its cores: it is the bottleneck. Use more --workers or a lower rate.`,
  };
};

const eventLoopFlag = ({ client, elapsedMs }: Measured): LoadFlag => {
  const isTooShort = elapsedMs < shortestMs;
  const ok = isTooShort || client.eventLoopDelayP99Ms <= flagLimits.eventLoopDelayP99Ms;
  return {
    name: 'event-loop',
    ok,
    value: client.eventLoopDelayP99Ms,
    limit: flagLimits.eventLoopDelayP99Ms,
    explain: isTooShort
      ? tooShort
      : ok
        ? 'Answers were read when they came.'
        : `The load generator was up to ${client.eventLoopDelayP99Ms.toFixed(1)} ms late (p99) in reading answers: latencies include that.`,
  };
};

/**
 * A request that was on its way when the measured time began counts with all of its latency, one that was when it ended with none: by
 * that, throughput times latency can be off by one longest request a connection. (A client that gets no core just then makes long ones.)
 */
const edgeShare = ({ latencyMs, elapsedMs }: Measured): number => (elapsedMs > 0 ? latencyMs.max / elapsedMs : 0);

const littlesLawFlag = (job: LoadJob, result: Measured, merged: MergedTally): LoadFlag => {
  const { littlesLaw } = result;
  const limit = flagLimits.littlesLawError + edgeShare(result);
  const isWithin = littlesLaw.error <= limit;
  // Failing connections wait before they dial again, and that wait is nobody's latency.
  const isBroken = merged.counts.reset + merged.counts.timeout > 0 && job.model.kind === 'closed';
  return {
    name: 'littles-law',
    ok: isWithin || isBroken,
    value: littlesLaw.error,
    limit,
    explain: isWithin
      ? 'Throughput times latency is the number of requests on their way.'
      : isBroken
        ? 'Connections failed and waited before they were dialled again, so they were not always busy.'
        : `Throughput times latency is ${littlesLaw.throughputTimesLatency.toFixed(2)}, but ${littlesLaw.connections.toFixed(2)} requests were on their way: one of the three is wrong.`,
  };
};

const scheduleFlag = (merged: MergedTally): LoadFlag => {
  const p99Ms = merged.ownLagNs.quantile(0.99) / 1e6;
  const isTooShort = merged.ownLagNs.total < fewestForP99;
  const ok = isTooShort || p99Ms <= flagLimits.ownLagP99Ms;
  return {
    name: 'schedule',
    ok,
    value: p99Ms,
    limit: flagLimits.ownLagP99Ms,
    explain: isTooShort
      ? tooShort
      : ok
        ? 'Requests were sent when they were due.'
        : `The load generator sent 1 % of its requests over ${p99Ms.toFixed(1)} ms late although connections were free: it could not keep the schedule.`,
  };
};

const connectionsFlag = ({ counts }: Measured, merged: MergedTally): LoadFlag => {
  const planned = Object.values(counts).reduce((sum, count) => sum + count, 0);
  const ratio = planned === 0 ? 0 : (merged.waitedForConnection + counts.neverSent) / planned;
  const ok = ratio <= flagLimits.waitedRatio;
  return {
    name: 'connections',
    ok,
    value: ratio,
    limit: flagLimits.waitedRatio,
    explain: ok
      ? 'A connection was free when a request was due.'
      : `${percent(ratio)} of the requests waited for a free connection: the server is slower than the rate, or --connections too few. Response times include that wait, service times do not.`,
  };
};

const surplusFlag = ({ surplus }: MergedTally): LoadFlag => ({
  name: 'surplus',
  ok: false,
  value: surplus,
  limit: 0,
  explain: `The server sent bytes after its answer ${surplus} times; those connections were closed.`,
});

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;
