import type { LoadResult } from '../../../src/load/index.ts';
import { encodeHistogram, Histogram } from '../../../src/stats/index.ts';

/** A result with the given service times (ms), as a run of 2 s on 10 connections would leave it. */
export const resultWith = (serviceMs: readonly number[], changes: Partial<LoadResult> = {}): LoadResult => {
  const histogram = new Histogram();
  for (const ms of serviceMs) histogram.record(Math.round(ms * 1e6));
  const ms = (q: number): number => histogram.quantile(q) / 1e6;
  const elapsedMs = changes.elapsedMs ?? 2_000;
  return {
    version: 1,
    startedUnixMs: 0,
    elapsedMs,
    connections: 10,
    workers: 1,
    counts: { ok: serviceMs.length, wrong: 0, status: 0, reset: 0, timeout: 0, cutOff: 0, neverSent: 0 },
    retries: 0,
    requestsPerSecond: (serviceMs.length * 1000) / elapsedMs,
    bytesReceived: serviceMs.length * 3_750,
    bodyBytes: serviceMs.length * 3_500,
    latencyMs: {
      mean: histogram.mean / 1e6,
      min: histogram.min / 1e6,
      p50: ms(0.5),
      p90: ms(0.9),
      p95: ms(0.95),
      p99: ms(0.99),
      max: histogram.max / 1e6,
    },
    histograms: { serviceTimeNs: encodeHistogram(histogram), firstByteNs: encodeHistogram(histogram) },
    statusCodes: serviceMs.length === 0 ? {} : { 200: serviceMs.length },
    errors: {},
    details: {
      dialMs: { average: 2, fastest: 1, slowest: 3 },
      dnsMs: { average: 0.5, fastest: 0.5, slowest: 0.5 },
      firstByteMs: { average: 1, fastest: 1, slowest: 1 },
    },
    timeline: [
      { atMs: 0, ok: 90, failed: 0, p50Ms: 1, p99Ms: 2, isWarmup: false },
      { atMs: 1_000, ok: 110, failed: 0, p50Ms: 1, p99Ms: 2, isWarmup: false },
      { atMs: 2_000, ok: 1, failed: 0, p50Ms: 1, p99Ms: 2, isWarmup: false },
    ],
    client: { cpuSeconds: 0.1, cpuUtilisation: 0.05, eventLoopDelayP99Ms: 0.1 },
    littlesLaw: { connections: 10, throughputTimesLatency: 10, error: 0 },
    flags: [],
    samples: [],
    endedEarly: false,
    ...changes,
  };
};
