import { encodeHistogram, Histogram } from '../../stats/recording/index.ts';
import type { CpuUse } from '../engine/client-watch.ts';
import type { LoadJob } from '../job/job.ts';
import {
  type LatencySummary,
  type LoadResult,
  type RequestCounts,
  type RouteResult,
  requestClasses,
  type Spread,
  type TimelineWindow,
} from '../job/types.ts';
import { collectFlags } from './flags.ts';
import { mergeRoutes, type RouteTally } from './routes.ts';
import { emptySpread, type SpreadNs } from './spread.ts';
import type { WorkerTally } from './tally.ts';

export interface ResultParts {
  readonly job: LoadJob;
  readonly startedUnixMs: number;
  readonly tallies: readonly WorkerTally[];
  readonly timeline: readonly TimelineWindow[];
  readonly cpu: CpuUse;
  readonly endedEarly: boolean;
}

/** Puts the workers' tallies together into what a run leaves behind. */
export const buildResult = ({ job, startedUnixMs, tallies, timeline, cpu, endedEarly }: ResultParts): LoadResult => {
  const merged = mergeTallies(tallies);
  const elapsedMs = merged.elapsedNs / 1e6;
  const isOpenLoop = job.model.kind !== 'closed';
  const perNs = merged.elapsedNs > 0 ? 1 / merged.elapsedNs : 0;
  const meanInFlight = merged.busyNs * perNs;
  // In the closed loop a request that waits for a stream is one of those at a time, though not on its way.
  const throughputTimesLatency = (merged.endedNs + (isOpenLoop ? 0 : merged.streamWaitNs)) * perNs;
  const expected = isOpenLoop ? meanInFlight : job.model.connections * job.streamsPerConnection;
  const result = {
    version: 1 as const,
    startedUnixMs,
    elapsedMs,
    connections: job.model.connections,
    workers: tallies.length,
    counts: merged.counts,
    retries: merged.retries,
    requestsPerSecond: merged.rated * perNs * 1e9,
    bytesReceived: merged.wireBytes,
    bodyBytes: merged.bodyBytes,
    latencyMs: buildSummary(merged.serviceNs),
    ...(isOpenLoop && {
      responseMs: buildSummary(merged.responseNs),
      scheduleDelayMs: buildSummary(merged.scheduleDelayNs),
    }),
    histograms: {
      serviceTimeNs: encodeHistogram(merged.serviceNs),
      ...(isOpenLoop && {
        responseTimeNs: encodeHistogram(merged.responseNs),
        scheduleDelayNs: encodeHistogram(merged.scheduleDelayNs),
      }),
      firstByteNs: encodeHistogram(merged.firstByteNs),
      ...(merged.statusNs.total > 0 && { statusTimeNs: encodeHistogram(merged.statusNs) }),
    },
    ...(merged.routes.length > 0 && { routes: merged.routes.map((route) => routeResult(route, isOpenLoop, perNs)) }),
    statusCodes: merged.statusCodes,
    errors: merged.errors,
    details: {
      dialMs: measureSpread(merged.dialNs),
      dnsMs: measureSpread(merged.dnsNs),
      firstByteMs: histogramSpread(merged.firstByteNs),
    },
    timeline,
    client: {
      cpuSeconds: cpu.cpuSeconds,
      cpuUtilisation: cpu.elapsedSeconds > 0 ? cpu.cpuSeconds / cpu.elapsedSeconds / tallies.length : 0,
      eventLoopDelayP99Ms: Math.max(...tallies.map(({ eventLoopDelayP99Ms }) => eventLoopDelayP99Ms)),
    },
    littlesLaw: {
      connections: expected,
      throughputTimesLatency,
      error: expected > 0 ? Math.abs(throughputTimesLatency - expected) / expected : 0,
    },
    samples: merged.samples,
    endedEarly,
  };
  return { ...result, flags: collectFlags(job, result, merged) };
};

const mergeTallies = (tallies: readonly WorkerTally[]) => {
  const sumUp = (pick: (tally: WorkerTally) => number): number => tallies.reduce((sum, tally) => sum + pick(tally), 0);
  return {
    counts: Object.fromEntries(
      requestClasses.map((name) => [name, sumUp(({ counts }) => counts[name])]),
    ) as unknown as RequestCounts,
    serviceNs: mergeHistograms(tallies.map(({ serviceNs }) => serviceNs)),
    responseNs: mergeHistograms(tallies.map(({ responseNs }) => responseNs)),
    scheduleDelayNs: mergeHistograms(tallies.map(({ scheduleDelayNs }) => scheduleDelayNs)),
    ownLagNs: mergeHistograms(tallies.map(({ ownLagNs }) => ownLagNs)),
    waitedForConnection: sumUp(({ waitedForConnection }) => waitedForConnection),
    waitedForStream: sumUp(({ waitedForStream }) => waitedForStream),
    streamWaitNs: sumUp(({ streamWaitNs }) => streamWaitNs),
    retries: sumUp(({ retries }) => retries),
    ownFaults: sumUp(({ ownFaults }) => ownFaults),
    surplus: sumUp(({ surplus }) => surplus),
    wireBytes: sumUp(({ wireBytes }) => wireBytes),
    bodyBytes: sumUp(({ bodyBytes }) => bodyBytes),
    statusCodes: sumRecords(tallies.map(({ statusCodes }) => statusCodes)),
    errors: sumRecords(tallies.map(({ errors }) => errors)),
    dialNs: mergeSpreads(tallies.map(({ dialNs }) => dialNs)),
    dnsNs: mergeSpreads(tallies.map(({ dnsNs }) => dnsNs)),
    firstByteNs: mergeHistograms(tallies.map(({ firstByteNs }) => firstByteNs)),
    statusNs: mergeHistograms(tallies.map(({ statusNs }) => statusNs)),
    routes: mergeRoutes(tallies.map(({ routes }) => routes)),
    busyNs: sumUp(({ busyNs }) => busyNs),
    endedNs: sumUp(({ endedNs }) => endedNs),
    ended: sumUp(({ ended }) => ended),
    rated: sumUp(({ rated }) => rated),
    longestNs: Math.max(...tallies.map(({ longestNs }) => longestNs)),
    // The workers run side by side: their times are the same but for the moments that starting takes.
    elapsedNs: Math.max(...tallies.map(({ elapsedNs }) => elapsedNs)),
    samples: tallies.flatMap(({ samples }) => samples),
  };
};

export type MergedTally = ReturnType<typeof mergeTallies>;

const mergeHistograms = (parts: readonly Histogram[]): Histogram => {
  const merged = new Histogram();
  for (const part of parts) merged.merge(part);
  return merged;
};

const mergeSpreads = (parts: readonly SpreadNs[]): SpreadNs => {
  const merged = emptySpread();
  for (const { count, sum, min, max } of parts) {
    merged.count += count;
    merged.sum += sum;
    merged.min = Math.min(merged.min, min);
    merged.max = Math.max(merged.max, max);
  }
  return merged;
};

const sumRecords = (parts: readonly Readonly<Record<string, number>>[]): Record<string, number> => {
  const sums: Record<string, number> = {};
  for (const part of parts) for (const [key, count] of Object.entries(part)) sums[key] = (sums[key] ?? 0) + count;
  return sums;
};

const measureSpread = ({ count, sum, min, max }: SpreadNs): Spread =>
  count === 0
    ? { average: 0, fastest: 0, slowest: 0 }
    : { average: sum / count / 1e6, fastest: min / 1e6, slowest: max / 1e6 };

const histogramSpread = ({ mean, min, max }: Histogram): Spread => ({
  average: mean / 1e6,
  fastest: min / 1e6,
  slowest: max / 1e6,
});

const routeResult = (route: RouteTally, isOpenLoop: boolean, perNs: number): RouteResult => ({
  name: route.name,
  counts: route.counts,
  requestsPerSecond: route.rated * perNs * 1e9,
  bodyBytes: route.bodyBytes,
  statusCodes: route.statuses,
  latencyMs: buildSummary(route.serviceNs),
  ...(isOpenLoop && { responseMs: buildSummary(route.responseNs) }),
  histograms: {
    serviceTimeNs: encodeHistogram(route.serviceNs),
    ...(isOpenLoop && { responseTimeNs: encodeHistogram(route.responseNs) }),
  },
});

const buildSummary = (histogram: Histogram): LatencySummary => ({
  mean: histogram.mean / 1e6,
  min: histogram.min / 1e6,
  p50: histogram.quantile(0.5) / 1e6,
  p90: histogram.quantile(0.9) / 1e6,
  p95: histogram.quantile(0.95) / 1e6,
  p99: histogram.quantile(0.99) / 1e6,
  max: histogram.max / 1e6,
});
