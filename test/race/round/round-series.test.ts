import { describe, expect, test } from 'vitest';
import { roundSeries } from '../../../src/race/round/round-series.ts';
import type { ComponentUsage, UsageSample } from '../../../src/telemetry/index.ts';

const readUsage = (name: string, samples: readonly UsageSample[]): ComponentUsage => ({
  name,
  cpuSeconds: 1,
  cpuPercent: 50,
  peakCpuPercent: 60,
  rssMiB: 20,
  peakRssMiB: 20,
  processes: 1,
  samples,
  unavailable: [],
});

const sample = (atMs: number, cpuPercent: number, pssMiB?: number): UsageSample => ({
  atMs,
  cpuPercent,
  rssMiB: 20,
  virtualMiB: 100,
  processes: 1,
  ...(pssMiB === undefined ? {} : { pssMiB }),
});

const start = { startNs: 5e9, warmupMs: 2_000, elapsedMs: 1_500 };

describe('the series of a round', () => {
  test('stands on the clock of the timeline, without what was read after the end', () => {
    const samples = [sample(500, 40), sample(1_000, 60, 10.04), sample(1_500, 50)];
    const waiting = [
      { atNs: 5e9, waiting: 0 },
      { atNs: 6e9, waiting: 25 },
      { atNs: 6.6e9, waiting: 0 },
    ];
    expect(roundSeries([readUsage('candidate', samples)], [{ name: 'proxy', readings: waiting }], start)).toEqual({
      atMs: [2_500, 3_000, 3_500],
      components: [{ name: 'candidate', cpuCores: [0.4, 0.6, 0.5], memory: 'pss', memoryMiB: [10, 10, 10] }],
      queues: [{ name: 'proxy', atMs: [2_000, 3_000], waiting: [0, 25] }],
    });
  });

  test('counts resident memory where the proportional one cannot be read, and says so', () => {
    const { components } = roundSeries([readUsage('load', [sample(1_000, 10)])], [], start);
    expect(components).toEqual([{ name: 'load', cpuCores: [0.1], memory: 'rss', memoryMiB: [20] }]);
  });

  test('takes memory between two readings of it from the resident size', () => {
    const samples = [10, undefined, 16].map((pssMiB, index) => sample(500 * (index + 1), 10, pssMiB));
    expect(roundSeries([readUsage('database', samples)], [], start).components[0]!.memoryMiB).toEqual([10, 13, 16]);
  });

  test('has at most 120 points however long the round was, and keeps the CPU time', () => {
    const samples = Array.from({ length: 3_600 }, (_, index) => sample(1_000 * (index + 1), index % 100));
    const { atMs, components } = roundSeries([readUsage('candidate', samples)], [], start);
    expect(atMs).toHaveLength(120);
    expect(atMs.at(-1)).toBe(3_602_000);
    const cores = components[0]!.cpuCores;
    const mean = cores.reduce((sum, value) => sum + value, 0) / cores.length;
    expect(mean).toBeCloseTo(0.495, 3);
  });

  test('of a round without samples is empty', () => {
    expect(roundSeries([readUsage('load', [])], [], start)).toEqual({
      atMs: [],
      components: [{ name: 'load', cpuCores: [], memory: 'rss', memoryMiB: [] }],
      queues: [],
    });
  });
});
