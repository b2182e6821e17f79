import { expect, test } from 'vitest';
import { raceView } from '../../../src/report/index.ts';
import { seedTold, toldRace } from '../../support/told-race.ts';

const { percentiles } = raceView(toldRace(seedTold, { durationMs: 5_000 }));

test('the p50 and p99 of a curve are those of the table', () => {
  expect(percentiles).toHaveLength(3);
  for (const { entry, points } of percentiles) {
    const at = (quantile: number) => points.find((point) => point.quantile === quantile)!;
    const { p50Ms, p99Ms } = entry.candidate.summary!;
    // The histogram's own error is 0.1 %.
    expect(Math.abs(at(0.5).latencyMs / p50Ms.mean - 1)).toBeLessThan(0.002);
    expect(Math.abs(at(0.99).latencyMs / p99Ms.mean - 1)).toBeLessThan(0.002);
  }
});

test('a percentile beyond which no round has 100 requests is marked', () => {
  for (const { entry, points } of percentiles) {
    const fewest = Math.min(...entry.measured.map(({ requestsPerSecond }) => requestsPerSecond! * 5));
    for (const { quantile, isSupported } of points) {
      if (Math.abs(fewest * (1 - quantile) - 100) > 5) expect(isSupported).toBe(fewest * (1 - quantile) > 100);
    }
  }
});
