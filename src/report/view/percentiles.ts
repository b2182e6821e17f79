import { decodeHistogram, figureInterval, percentileIsSupported } from '../../stats/index.ts';
import type { Entry } from './entries.ts';

/** One percentile of a candidate: the geometric mean of its rounds', as in the table, and their range. */
export interface PercentilePoint {
  /** 0.99 for p99. */
  readonly quantile: number;
  readonly latencyMs: number;
  readonly lowMs: number;
  readonly highMs: number;
  /** At least 100 requests of each round lie beyond it; otherwise it is drawn faintly and listed with a mark. */
  readonly isSupported: boolean;
}

export interface PercentileCurve {
  readonly entry: Entry;
  readonly requests: number;
  readonly points: readonly PercentilePoint[];
}

/** Evenly spaced on the axis log10(1 / (1 - q)), from the minimum to p99.99, the round percentiles among them. */
const quantiles: readonly number[] = [
  ...new Set([
    ...Array.from({ length: 10 }, (_, step) => step / 20),
    ...Array.from({ length: 75 }, (_, step) => 1 - 10 ** -(0.3 + step / 20)),
    ...[0.5, 0.75, 0.9, 0.95, 0.99, 0.999, 0.9999],
  ]),
].sort((a, b) => a - b);

/** Fewer requests beyond a percentile than this say nothing about it at all. */
const leastBeyond = 10;

/** Curves of all candidates whose rounds kept their histograms. The p99 of a curve is the p99 of the table: one definition, one number. */
export const percentileCurves = (entries: readonly Entry[]): readonly PercentileCurve[] =>
  entries.flatMap((entry) => {
    const rounds = entry.measured.flatMap((round) => (round.histogram ? [decodeHistogram(round.histogram)] : []));
    if (rounds.length === 0) return [];
    const requests = rounds.reduce((sum, { total }) => sum + total, 0);
    const fewest = Math.min(...rounds.map(({ total }) => total));
    const points = quantiles
      .filter((quantile) => requests * (1 - quantile) >= leastBeyond)
      .map((quantile) => {
        const ofRounds = rounds.map((round) => round.quantile(quantile) / 1e6);
        return {
          quantile,
          latencyMs: figureInterval(ofRounds).mean,
          lowMs: Math.min(...ofRounds),
          highMs: Math.max(...ofRounds),
          isSupported: percentileIsSupported(quantile, fewest),
        };
      });
    return points.length === 0 ? [] : [{ entry, requests, points }];
  });
