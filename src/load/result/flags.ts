import type { LoadJob } from '../job/job.ts';
import type { LoadFlag, LoadResult } from '../job/types.ts';
import type { MergedTally } from './result.ts';

/** Shares and milliseconds beyond which a result is not the server's. */
export const flagLimits = {
  cpuUtilisation: 0.8,
  eventLoopDelayP99Ms: 10,
  ownLagP99Ms: 5,
  waitedRatio: 0.01,
  littlesLawError: 0.02,
  ceilingRatio: 0.6,
} as const;

type UnflaggedResult = Omit<LoadResult, 'flags'>;

/** Checks whether the client, not the server, made the numbers. */
export const collectFlags = (job: LoadJob, result: UnflaggedResult, merged: MergedTally): LoadFlag[] => {
  const flags = [cpuFlag(result), eventLoopFlag(result), littlesLawFlag(job, result, merged)];
  if (job.model.kind !== 'closed') flags.push(scheduleFlag(merged), connectionsFlag(result, merged));
  if (job.protocol === 'h2') flags.push(streamsFlag(merged));
  if (merged.ownFaults > 0) flags.push(limitsFlag(merged));
  if (merged.surplus > 0) flags.push(surplusFlag(merged));
  return flags;
};

/** A client that has just started compiles its own code; and its event loop has not been looked at often. */
const shortestMs = 500;
/** The 99th percentile of fewer is the slowest of all, and that is chance. */
const fewestForP99 = 200;
const tooShort = 'Too short a run to tell.';

const cpuFlag = ({ client, elapsedMs }: UnflaggedResult): LoadFlag => {
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

const eventLoopFlag = ({ client, elapsedMs }: UnflaggedResult): LoadFlag => {
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
 * that, throughput times latency can be off by one longest request per connection, whatever its class. (A client that gets no core just then makes long ones.)
 */
const edgeShare = ({ elapsedMs }: UnflaggedResult, { longestNs }: MergedTally): number =>
  elapsedMs > 0 ? longestNs / 1e6 / elapsedMs : 0;

const littlesLawFlag = (job: LoadJob, result: UnflaggedResult, merged: MergedTally): LoadFlag => {
  const { littlesLaw } = result;
  const limit = flagLimits.littlesLawError + edgeShare(result, merged);
  const isTooShort = result.elapsedMs < shortestMs;
  const isWithin = littlesLaw.error <= limit;
  // Failing connections wait before they dial again, and that wait is nobody's latency.
  const isBroken = merged.counts.reset + merged.counts.timeout + merged.ownFaults > 0 && job.model.kind === 'closed';
  return {
    name: 'littles-law',
    ok: isWithin || isTooShort || isBroken,
    value: littlesLaw.error,
    limit,
    explain: isWithin
      ? 'Throughput times latency is the number of requests on their way.'
      : isTooShort
        ? tooShort
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

const connectionsFlag = ({ counts }: UnflaggedResult, merged: MergedTally): LoadFlag => {
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

const streamsFlag = (merged: MergedTally): LoadFlag => {
  const ratio = merged.ended === 0 ? 0 : merged.waitedForStream / merged.ended;
  const ok = ratio <= flagLimits.waitedRatio;
  const meanMs = merged.waitedForStream === 0 ? 0 : merged.streamWaitNs / merged.waitedForStream / 1e6;
  return {
    name: 'streams',
    ok,
    value: ratio,
    limit: flagLimits.waitedRatio,
    explain: ok
      ? 'A stream was free when a request was to be sent.'
      : `${percent(Math.min(1, ratio))} of the requests waited for a free stream, ${meanMs.toFixed(1)} ms on average: the server allows fewer at a time on a connection than -p asks for. Service times do not include that wait. Use more connections, or a smaller -p.`,
  };
};

const limitsFlag = ({ ownFaults }: MergedTally): LoadFlag => ({
  name: 'client-limits',
  ok: false,
  value: ownFaults,
  limit: 0,
  explain: `${ownFaults} requests could not be sent because this machine had no file, port or memory left for their connections (the errors say which): that is no failure of the server.`,
});

const surplusFlag = ({ surplus }: MergedTally): LoadFlag => ({
  name: 'surplus',
  ok: false,
  value: surplus,
  limit: 0,
  explain: `The server sent bytes after its answer ${surplus} times; those connections were closed.`,
});

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;
