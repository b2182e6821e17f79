import { figureInterval } from '../stats/index.ts';
import { isMeasured, metrics } from './metrics.ts';
import type { CandidateResult, FigureEstimate } from './schema/race.ts';
import type { RoundResult } from './schema/round.ts';

/** What a candidate's measured rounds say together; undefined when none was measured. */
export const summariseRounds = (rounds: readonly RoundResult[]): CandidateResult['summary'] => {
  const measured = rounds.filter(isMeasured);
  const values = (of: (round: RoundResult) => number | undefined) => present(measured.map(of));
  const rates = values(metrics.requestsPerSecond.of);
  const p50s = values(metrics.p50Ms.of);
  const p99s = values(metrics.p99Ms.of);
  if (rates.length === 0 || p50s.length === 0 || p99s.length === 0) return undefined;
  const cpuMs = values(metrics.cpuMsPerRequest.of);
  const peaksMemory = values(metrics.peakMemoryMiB.of);
  const peaksCpu = values(
    (round) => round.components?.find((component) => component.name === 'candidate')?.peakCpuPercent,
  );
  return {
    rounds: measured.length,
    requestsPerSecond: readEstimate(rates),
    p50Ms: readEstimate(p50s),
    p99Ms: readEstimate(p99s),
    ...(cpuMs.length > 0 ? { cpuMsPerRequest: readEstimate(cpuMs) } : {}),
    ...(peaksCpu.length > 0 ? { peakCpuPercent: Math.max(...peaksCpu) } : {}),
    ...(peaksMemory.length > 0 ? { peakMemoryMiB: Math.max(...peaksMemory) } : {}),
  };
};

const present = (values: readonly (number | undefined)[]): readonly number[] =>
  values.filter((value) => value !== undefined);

const readEstimate = (values: readonly number[]): FigureEstimate => {
  const estimate = figureInterval(values);
  return estimate.kind === 'interval'
    ? { mean: estimate.mean, low: Math.max(0, estimate.low), high: estimate.high }
    : { mean: estimate.mean };
};
