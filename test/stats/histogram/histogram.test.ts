import fc from 'fast-check';
import * as hdr from 'hdr-histogram-js';
import { describe, expect, test } from 'vitest';
import { decodeHistogram, encodeHistogram, Histogram } from '../../../src/stats/index.ts';

const valueNs = fc
  .oneof(fc.integer({ min: 0, max: 5_000 }), fc.integer({ min: 0, max: 2 ** 31 - 1 }), fc.maxSafeNat())
  .map((value) => value % 3_600_000_000_000);
const recorded = (values: readonly number[]): Histogram => {
  const histogram = new Histogram();
  for (const value of values) histogram.record(value);
  return histogram;
};
const oracleOf = (values: readonly number[]): hdr.Histogram => {
  const oracle = hdr.build({
    lowestDiscernibleValue: 1,
    highestTrackableValue: 3_600_000_000_000,
    numberOfSignificantValueDigits: 3,
    bitBucketSize: 64,
  });
  for (const value of values) oracle.recordValue(value);
  return oracle;
};
const quantiles = [0, 0.1, 0.5, 0.9, 0.99, 0.999, 1];

describe('a histogram', () => {
  test('finds every quantile within 0.1 % of the exact one', () => {
    fc.assert(
      fc.property(fc.array(valueNs, { minLength: 1, maxLength: 300 }), (values) => {
        const histogram = recorded(values);
        const sorted = values.toSorted((a, b) => a - b);
        for (const q of quantiles) {
          const exact = sorted[Math.max(0, Math.ceil(q * values.length - 1e-9) - 1)]!;
          const found = histogram.quantile(q);
          expect(found).toBeGreaterThanOrEqual(exact);
          expect(found - exact).toBeLessThanOrEqual(exact / 1000);
        }
      }),
    );
  });

  test('agrees with HdrHistogram on quantiles and counts', () => {
    fc.assert(
      fc.property(fc.array(valueNs, { minLength: 1, maxLength: 100 }), (values) => {
        const histogram = recorded(values);
        const oracle = oracleOf(values);
        for (const q of quantiles.slice(1)) {
          const ours = histogram.quantile(q);
          const theirs = oracle.getValueAtPercentile(q * 100);
          expect(Math.abs(ours - theirs)).toBeLessThanOrEqual(theirs / 1000);
        }
        expect(histogram.total).toBe(oracle.totalCount);
      }),
      { numRuns: 50 },
    );
  });

  test('merged from parts is the same as recording everything into one', () => {
    fc.assert(
      fc.property(fc.array(fc.array(valueNs), { minLength: 1, maxLength: 5 }), (parts) => {
        const merged = new Histogram();
        for (const part of parts) merged.merge(recorded(part));
        const whole = recorded(parts.flat());
        expect(merged.counts).toEqual(whole.counts);
        expect([merged.total, merged.min, merged.max, merged.overflow]).toEqual([
          whole.total,
          whole.min,
          whole.max,
          whole.overflow,
        ]);
        expect(merged.mean).toBeCloseTo(whole.mean, 3);
      }),
      { numRuns: 30 },
    );
  });

  test('comes through a structured clone without loss', () => {
    const histogram = recorded([0, 1_000_003, 2_000_007, 4_000_000_000_000]);
    expect(Histogram.restore(structuredClone(histogram.snapshot()))).toEqual(histogram);
  });

  test('keeps mean, least and greatest exactly', () => {
    const histogram = recorded([1_000_003, 2_000_007, 3_000_011]);
    expect([histogram.mean, histogram.min, histogram.max]).toEqual([2_000_007, 1_000_003, 3_000_011]);
  });

  test('counts what is over its range, and still shows it as the maximum', () => {
    const histogram = recorded([1, 2, 4_000_000_000_000]);
    expect([histogram.overflow, histogram.total, histogram.max]).toEqual([1, 3, 4_000_000_000_000]);
    expect(histogram.quantile(1)).toBe(4_000_000_000_000);
  });

  test('of nothing is all zeros, not NaN', () => {
    const histogram = new Histogram();
    expect([
      histogram.mean,
      histogram.min,
      histogram.max,
      histogram.quantile(0.99),
      histogram.standardDeviation,
    ]).toEqual([0, 0, 0, 0, 0]);
  });

  test("corrected for a stall gives wrk2's known figures: 10,000 x 1 ms and one 100 s at 10 ms", () => {
    const histogram = new Histogram();
    for (let index = 0; index < 10_000; index++) histogram.recordWithExpectedInterval(1e6, 1e7);
    histogram.recordWithExpectedInterval(1e11, 1e7);
    const seconds = [0.5, 0.75, 0.9, 0.99].map((q) => histogram.quantile(q) / 1e9);
    for (const [index, expected] of [0.001, 50, 80, 98].entries()) {
      expect(Math.abs(seconds[index]! / expected - 1)).toBeLessThan(0.002);
    }
  });
});

describe('the V2 format', () => {
  test('is read by HdrHistogram, to the same counts', () => {
    fc.assert(
      fc.property(fc.array(valueNs, { minLength: 1, maxLength: 100 }), (values) => {
        const oracle = hdr.decodeFromCompressedBase64(encodeHistogram(recorded(values)), 64);
        expect(oracle.totalCount).toBe(values.length);
        for (const q of quantiles.slice(1)) {
          expect(oracle.getValueAtPercentile(q * 100)).toBe(oracleOf(values).getValueAtPercentile(q * 100));
        }
      }),
      { numRuns: 50 },
    );
  });

  test('written by HdrHistogram is read here, to the same counts', () => {
    fc.assert(
      fc.property(fc.array(valueNs, { minLength: 1, maxLength: 100 }), (values) => {
        const decoded = decodeHistogram(hdr.encodeIntoCompressedBase64(oracleOf(values)));
        expect([...decoded.cells()]).toEqual([...recorded(values).cells()]);
      }),
      { numRuns: 50 },
    );
  });

  test('comes back as it was written, with counts beyond 32 bits', () => {
    const histogram = new Histogram();
    histogram.recordMany(1_000_000, 2 ** 40 + 1);
    histogram.recordMany(3_500_000_000_000, 3);
    expect([...decodeHistogram(encodeHistogram(histogram)).cells()]).toEqual([...histogram.cells()]);
  });

  test.each([
    { name: 'an empty text', text: '' },
    { name: 'other bytes', text: Buffer.from('hello, world').toString('base64') },
  ])('refuses $name', ({ text }) => {
    expect(() => decodeHistogram(text)).toThrow(RangeError);
  });
});
