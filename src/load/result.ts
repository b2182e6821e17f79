import { encodeHistogram, Histogram } from '../stats/index.ts';
import type { CpuUse } from './client-watch.ts';
import { flagsOf } from './flags.ts';
import type { LoadJob } from './job.ts';
import { emptySpread, type SpreadNs, type WorkerTally } from './recorder.ts';
import {
  type LatencySummary,
  type LoadResult,
  type RequestCounts,
  requestClasses,
  type Spread,
  type TimelineWindow,
} from './types.ts';

export interface ResultParts {
  readonly job: LoadJob;
  readonly startedUnixMs: number;
  readonly tallies: readonly WorkerTally[];
  readonly timeline: readonly TimelineWindow[];
  readonly cpu: CpuUse;
  readonly endedEarly: boolean;
}

/** Puts the workers' tallies together into what a run leaves behind. */
export const resultOf = ({ job, startedUnixMs, tallies, timeline, cpu, endedEarly }: ResultParts): LoadResult => {
  const merged = mergeTallies(tallies);
  const elapsedMs = merged.elapsedNs / 1e6;
  const isOpenLoop = job.model.kind !== 'closed';
  const perNs = merged.elapsedNs > 0 ? 1 / merged.elapsedNs : 0;
  const meanInFlight = merged.busyNs * perNs;
  const throughputTimesLatency = merged.endedNs * perNs;
  const expected = isOpenLoop ? meanInFlight : job.model.connections * job.streamsPerConnection;
  const result = {
    version: 1 as const,
    startedUnixMs,
    elapsedMs,
    connections: job.model.connections,
    workers: tallies.length,
    counts: merged.counts,
    requestsPerSecond: merged.counts.ok * perNs * 1e9,
    bytesReceived: merged.wireBytes,
    bodyBytes: merged.bodyBytes,
    latencyMs: summaryOf(merged.serviceNs),
    ...(isOpenLoop && { responseMs: summaryOf(merged.responseNs), pacerLagMs: summaryOf(merged.pacerLagNs) }),
    histograms: {
      serviceTimeNs: encodeHistogram(merged.serviceNs),
      ...(isOpenLoop && {
        responseTimeNs: encodeHistogram(merged.responseNs),
        pacerLagNs: encodeHistogram(merged.pacerLagNs),
      }),
    },
    statusCodes: merged.statusCodes,
    errors: merged.errors,
    details: {
      dialMs: spreadOf(merged.dialNs),
      dnsMs: spreadOf(merged.dnsNs),
      firstByteMs: spreadOf(merged.firstByteNs),
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
  return { ...result, flags: flagsOf(job, result, merged) };
};

const mergeTallies = (tallies: readonly WorkerTally[]) => {
  const sumOf = (pick: (tally: WorkerTally) => number): number => tallies.reduce((sum, tally) => sum + pick(tally), 0);
  return {
    counts: Object.fromEntries(
      requestClasses.map((name) => [name, sumOf(({ counts }) => counts[name])]),
    ) as unknown as RequestCounts,
    serviceNs: mergeHistograms(tallies.map(({ serviceNs }) => serviceNs)),
    responseNs: mergeHistograms(tallies.map(({ responseNs }) => responseNs)),
    pacerLagNs: mergeHistograms(tallies.map(({ pacerLagNs }) => pacerLagNs)),
    ownLagNs: mergeHistograms(tallies.map(({ ownLagNs }) => ownLagNs)),
    waitedForConnection: sumOf(({ waitedForConnection }) => waitedForConnection),
    surplus: sumOf(({ surplus }) => surplus),
    wireBytes: sumOf(({ wireBytes }) => wireBytes),
    bodyBytes: sumOf(({ bodyBytes }) => bodyBytes),
    statusCodes: sumRecords(tallies.map(({ statusCodes }) => statusCodes)),
    errors: sumRecords(tallies.map(({ errors }) => errors)),
    dialNs: mergeSpreads(tallies.map(({ dialNs }) => dialNs)),
    dnsNs: mergeSpreads(tallies.map(({ dnsNs }) => dnsNs)),
    firstByteNs: mergeSpreads(tallies.map(({ firstByteNs }) => firstByteNs)),
    busyNs: sumOf(({ busyNs }) => busyNs),
    endedNs: sumOf(({ endedNs }) => endedNs),
    ended: sumOf(({ ended }) => ended),
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

const spreadOf = ({ count, sum, min, max }: SpreadNs): Spread =>
  count === 0
    ? { average: 0, fastest: 0, slowest: 0 }
    : { average: sum / count / 1e6, fastest: min / 1e6, slowest: max / 1e6 };

const summaryOf = (histogram: Histogram): LatencySummary => ({
  mean: histogram.mean / 1e6,
  min: histogram.min / 1e6,
  p50: histogram.quantile(0.5) / 1e6,
  p90: histogram.quantile(0.9) / 1e6,
  p95: histogram.quantile(0.95) / 1e6,
  p99: histogram.quantile(0.99) / 1e6,
  max: histogram.max / 1e6,
});
