import { meanInterval } from '../stats/index.ts';
import type { CandidateResult, FigureEstimate, RoundResult } from './schema.ts';

/** What a candidate's measured rounds say together; undefined when none was measured. */
export const summariseRounds = (rounds: readonly RoundResult[]): CandidateResult['summary'] => {
  const measured = rounds.filter((round) => round.outcome === 'measured');
  const rates = present(measured.map((round) => round.requestsPerSecond));
  const p50s = present(measured.map((round) => round.latencyMs?.p50));
  const p99s = present(measured.map((round) => round.latencyMs?.p99));
  if (rates.length === 0 || p50s.length === 0 || p99s.length === 0) return undefined;
  const servers = measured.map((round) => round.components?.find((component) => component.name === 'candidate'));
  const cpuMs = present(
    measured.map((round, index) => {
      const cpuSeconds = servers[index]?.cpuSeconds;
      return cpuSeconds === undefined || !round.ok ? undefined : (cpuSeconds * 1_000) / round.ok;
    }),
  );
  const peaksCpu = present(servers.map((server) => server?.peakCpuPercent));
  const peaksMemory = present(servers.map((server) => server?.peakPssMiB ?? server?.peakRssMiB));
  return {
    rounds: measured.length,
    requestsPerSecond: estimateOf(rates),
    p50Ms: estimateOf(p50s),
    p99Ms: estimateOf(p99s),
    ...(cpuMs.length > 0 ? { cpuMsPerRequest: estimateOf(cpuMs) } : {}),
    ...(peaksCpu.length > 0 ? { peakCpuPercent: Math.max(...peaksCpu) } : {}),
    ...(peaksMemory.length > 0 ? { peakMemoryMiB: Math.max(...peaksMemory) } : {}),
  };
};

const present = (values: readonly (number | undefined)[]): readonly number[] =>
  values.filter((value) => value !== undefined);

const estimateOf = (values: readonly number[]): FigureEstimate => {
  const estimate = meanInterval(values);
  return estimate.kind === 'interval'
    ? // Rates, times and sizes are not negative; with few scattered rounds the t interval does not know it.
      { mean: estimate.mean, low: Math.max(0, estimate.low), high: estimate.high }
    : { mean: estimate.mean };
};
