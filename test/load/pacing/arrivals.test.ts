import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type Arrivals,
  burstArrivals,
  constantArrivals,
  poissonArrivals,
  rampingArrivals,
} from '../../../src/load/pacing/arrivals.ts';
import { createRandom } from '../../../src/stats/index.ts';

const take = (arrivals: Arrivals, count: number): number[] =>
  Array.from({ length: count }, () => {
    const { dueNs } = arrivals;
    arrivals.advance();
    return dueNs;
  });
const takeUntil = (arrivals: Arrivals, endNs: number): number[] => {
  const due: number[] = [];
  for (; arrivals.dueNs < endNs; arrivals.advance()) due.push(arrivals.dueNs);
  return due;
};
const alone = { worker: 0, workers: 1 };

describe('a constant rate', () => {
  test('is even, from the first moment', () => {
    expect(take(constantArrivals(50, alone), 4)).toEqual([0, 2e7, 4e7, 6e7]);
  });

  test('is the same schedule whatever the number of workers', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 8 }), fc.double({ min: 0.1, max: 1e5, noNaN: true }), (workers, rate) => {
        const parts = Array.from({ length: workers }, (_, worker) =>
          take(constantArrivals(rate, { worker, workers }), 5),
        );
        const whole = take(constantArrivals(rate, alone), 5 * workers);
        expect(parts.flat().toSorted((a, b) => a - b)).toEqual(whole);
      }),
    );
  });
});

describe('Poisson arrivals', () => {
  test.each([1, 3])('of %d workers have the rate, and gaps that vary as much as they are long', (workers) => {
    const due = Array.from({ length: workers }, (_, worker) =>
      takeUntil(poissonArrivals(1_000, { worker, workers }, createRandom(worker)), 20e9),
    )
      .flat()
      .toSorted((a, b) => a - b);
    expect(Math.abs(due.length / 20_000 - 1)).toBeLessThan(0.03);
    const gaps = due.slice(1).map((at, index) => at - due[index]!);
    const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length;
    const deviation = Math.sqrt(gaps.reduce((sum, gap) => sum + (gap - mean) ** 2, 0) / gaps.length);
    expect(Math.abs(deviation / mean - 1)).toBeLessThan(0.05);
  });
});

describe('stages', () => {
  const stages = [
    { durationNs: 10e9, ratePerS: 100 },
    { durationNs: 5e9, ratePerS: 100 },
    { durationNs: 10e9, ratePerS: 0 },
  ];

  test('ramp in a line: the counts are the areas', () => {
    const due = takeUntil(rampingArrivals(stages, alone), Number.POSITIVE_INFINITY);
    const countIn = (fromS: number, toS: number): number =>
      due.filter((ns) => ns >= fromS * 1e9 && ns < toS * 1e9).length;
    expect(due).toHaveLength(1_500);
    expect([countIn(0, 5), countIn(5, 10), countIn(10, 15), countIn(15, 20), countIn(20, 25)]).toEqual([
      125, 375, 500, 375, 125,
    ]);
    expect(due).toEqual(due.toSorted((a, b) => a - b));
  });

  test('with Poisson arrivals have the same areas on the average', () => {
    const due = takeUntil(rampingArrivals(stages, alone, createRandom(7)), Number.POSITIVE_INFINITY);
    expect(Math.abs(due.length / 1_500 - 1)).toBeLessThan(0.1);
  });
});

describe('bursts', () => {
  test('come all at once, from the first moment', () => {
    expect(take(burstArrivals(3, 2e9, alone), 7)).toEqual([0, 0, 0, 2e9, 2e9, 2e9, 4e9]);
  });

  test.each([
    { count: 3, seconds: 1 },
    { count: 5, seconds: 1 },
    { count: 7, seconds: 2 },
    { count: 10, seconds: 2 },
  ])('$count of them, five a second, take $seconds s', ({ count, seconds }) => {
    const arrivals = burstArrivals(5, 1e9, alone);
    take(arrivals, count);
    expect(arrivals.takenNs).toBe(seconds * 1e9);
  });

  test('are as large whatever the number of workers', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 8 }), fc.integer({ min: 1, max: 50 }), (workers, size) => {
        const parts = Array.from({ length: workers }, (_, worker) =>
          take(burstArrivals(size, 1e9, { worker, workers }), 20),
        );
        expect(parts.flat().toSorted((a, b) => a - b)).toEqual(take(burstArrivals(size, 1e9, alone), 20 * workers));
      }),
    );
  });
});
