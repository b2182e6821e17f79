import fc from 'fast-check';
import { expect, test } from 'vitest';
import { peakCpuPercent, type UsageSample } from '../../../src/telemetry/processes/usage.ts';

/** Windows of `intervalMs`, a CPU percentage each. */
const samplesOf = (cpuPercents: readonly number[], intervalMs: number): UsageSample[] =>
  cpuPercents.map((cpuPercent, index) => ({
    atMs: (index + 1) * intervalMs,
    cpuPercent,
    rssMiB: 0,
    virtualMiB: 0,
    processes: 1,
  }));

test('the peak is that of a second, not of a sample', () => {
  expect(peakCpuPercent(samplesOf([0, 0, 80, 40, 0, 0], 500), 1000)).toBe(60);
  expect(peakCpuPercent(samplesOf([10, 90], 2000), 1000)).toBe(90);
});

test('less than a second is a window itself', () => {
  expect(peakCpuPercent(samplesOf([20, 40], 100), 1000)).toBe(30);
});

test('a busy beginning and end that no second holds both of are not lost', () => {
  expect(peakCpuPercent(samplesOf([100, 100, 0, 0, 0, 0, 0, 0, 0, 0, 100, 100], 100), 1000)).toBeCloseTo(100 / 3, 9);
});

test('the peak is never below the mean, nor above the highest sample', () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: 0, max: 400, noNaN: true }), { minLength: 1, maxLength: 60 }),
      fc.constantFrom(50, 100, 400, 1500),
      (cpuPercents, intervalMs) => {
        const peak = peakCpuPercent(samplesOf(cpuPercents, intervalMs), 1000);
        const mean = cpuPercents.reduce((sum, percent) => sum + percent, 0) / cpuPercents.length;
        expect(peak).toBeGreaterThanOrEqual(mean - 1e-9);
        expect(peak).toBeLessThanOrEqual(Math.max(...cpuPercents) + 1e-9);
      },
    ),
  );
});
