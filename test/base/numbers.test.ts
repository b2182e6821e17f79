import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  formatEstimate,
  formatEstimateRange,
  formatInterval,
  formatNumber,
  formatPercent,
  formatShare,
  formatWholePercent,
} from '../../src/base/index.ts';

test('a number has three significant digits and never an exponent', () => {
  expect([0, 0.0123, 1.234, 123.4, 12_345].map(formatNumber)).toEqual(['0', '0.0123', '1.23', '123', '12,345']);
  expect([Number.NaN, Number.POSITIVE_INFINITY].map(formatNumber)).toEqual(['-', '-']);
  fc.assert(
    fc.property(fc.double({ min: 1e-5, max: 1e15, noNaN: true }), (value) => {
      const read = Number(formatNumber(value).replaceAll(',', ''));
      expect(Math.abs(read / value - 1)).toBeLessThanOrEqual(0.00501);
    }),
  );
});

test('a quantity that was not measured is a dash', () => {
  expect(formatEstimateRange(undefined, ' ms')).toBe('-');
  expect(formatEstimateRange(1.5, ' ms')).toBe('1.5 ms');
});

test('a ratio is a percentage with three digits, or whole, or with a decimal below ten', () => {
  expect([0.0123, 0.1234, 12.345].map(formatPercent)).toEqual(['1.23 %', '12.3 %', '1,235 %']);
  expect([0.004, 0.0123, 0.1234, 0.29, 0.57, 1].map(formatWholePercent)).toEqual([
    '0 %',
    '1 %',
    '12 %',
    '29 %',
    '57 %',
    '100 %',
  ]);
  expect([0, 0.0123, 0.0994, 0.0996, 0.1234].map(formatShare)).toEqual(['0.0 %', '1.2 %', '9.9 %', '10 %', '12 %']);
});

test('an interval has both ends or is none', () => {
  expect(formatInterval({ low: 1, high: 2 })).toBe('[1, 2]');
  expect(formatInterval({ low: 0.1, high: 0.2 }, formatPercent)).toBe('[10 %, 20 %]');
  expect(formatInterval({ low: 1 })).toBeUndefined();
  expect(formatEstimate({ mean: 495, low: 480, high: 510 })).toBe('495 [480, 510]');
  expect(formatEstimate({ mean: 495 })).toBe('495 [?]');
  expect(formatEstimate(undefined)).toBe('-');
});
