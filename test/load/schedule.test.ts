import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { rateSchedule, type Schedule, stagesSchedule } from '../../src/load/schedule.ts';
import { createRandom } from '../../src/stats/index.ts';

const take = (schedule: Schedule, count: number): number[] =>
  Array.from({ length: count }, () => {
    const { dueNs } = schedule;
    schedule.advance();
    return dueNs;
  });
const takeUntil = (schedule: Schedule, endNs: number): number[] => {
  const due: number[] = [];
  for (; schedule.dueNs < endNs; schedule.advance()) due.push(schedule.dueNs);
  return due;
};
const alone = { worker: 0, workers: 1 };

describe('a constant rate', () => {
  test('is even, from the first moment', () => {
    expect(take(rateSchedule(50, 'constant', alone, createRandom(1)), 4)).toEqual([0, 2e7, 4e7, 6e7]);
  });

  test('is the same schedule whatever the number of workers', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 8 }), fc.double({ min: 0.1, max: 1e5, noNaN: true }), (workers, rate) => {
        const parts = Array.from({ length: workers }, (_, worker) =>
          take(rateSchedule(rate, 'constant', { worker, workers }, createRandom(1)), 5),
        );
        const whole = take(rateSchedule(rate, 'constant', alone, createRandom(1)), 5 * workers);
        expect(parts.flat().toSorted((a, b) => a - b)).toEqual(whole);
      }),
    );
  });
});

describe('Poisson arrivals', () => {
  test.each([1, 3])('of %d workers have the rate, and gaps that vary as much as they are long', (workers) => {
    const due = Array.from({ length: workers }, (_, worker) =>
      takeUntil(rateSchedule(1_000, 'poisson', { worker, workers }, createRandom(worker)), 20e9),
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
    const due = takeUntil(stagesSchedule(stages, 'constant', alone, createRandom(1)), Number.POSITIVE_INFINITY);
    const countIn = (fromS: number, toS: number): number =>
      due.filter((ns) => ns >= fromS * 1e9 && ns < toS * 1e9).length;
    expect(due).toHaveLength(1_500);
    expect([countIn(0, 5), countIn(5, 10), countIn(10, 15), countIn(15, 20), countIn(20, 25)]).toEqual([
      125, 375, 500, 375, 125,
    ]);
    expect(due).toEqual(due.toSorted((a, b) => a - b));
  });

  test('with Poisson arrivals have the same areas on the average', () => {
    const due = takeUntil(stagesSchedule(stages, 'poisson', alone, createRandom(7)), Number.POSITIVE_INFINITY);
    expect(Math.abs(due.length / 1_500 - 1)).toBeLessThan(0.1);
  });
});
