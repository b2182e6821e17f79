import type { MetricName } from './schema/comparison.ts';
import type { RoundResult } from './schema/round.ts';

interface Metric {
  readonly better: 'higher' | 'lower';
  /** Its value in a measured round; undefined where it was not measured. */
  of(round: RoundResult): number | undefined;
}

const describeServer = (round: RoundResult) => round.components?.find(({ name }) => name === 'candidate');

/** The figures that candidates are compared on. */
export const metrics: Readonly<Record<MetricName, Metric>> = {
  requestsPerSecond: { better: 'higher', of: (round) => round.requestsPerSecond },
  p50Ms: { better: 'lower', of: (round) => round.latencyMs?.p50 },
  p99Ms: { better: 'lower', of: (round) => round.latencyMs?.p99 },
  cpuMsPerRequest: {
    better: 'lower',
    of: (round) => {
      const cpuSeconds = describeServer(round)?.cpuSeconds;
      return cpuSeconds === undefined || !round.ok ? undefined : (cpuSeconds * 1_000) / round.ok;
    },
  },
  peakMemoryMiB: {
    better: 'lower',
    of: (round) => describeServer(round)?.peakPssMiB ?? describeServer(round)?.peakRssMiB,
  },
};

export const isMeasured = (round: RoundResult): boolean => round.outcome === 'measured';
