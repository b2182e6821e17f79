import { describe, expect, test } from 'vitest';
import { findRate, type LoadResult, parseThreshold, testThreshold } from '../../src/load/index.ts';
import { resultWith } from './report/results.ts';

const hundred = resultWith(
  Array.from({ length: 100 }, (_, index) => index + 1),
  { counts: { ok: 90, wrong: 0, status: 10, reset: 0, timeout: 0, cutOff: 5, neverSent: 0 }, requestsPerSecond: 45 },
);

describe('a threshold', () => {
  test.each([
    { text: 'avg > 50', holds: true },
    { text: 'avg > 51', holds: false },
    { text: 'min == 1', holds: true },
    { text: 'max <= 100', holds: true },
    { text: 'max != 100', holds: false },
    { text: 'med < 50.1', holds: true },
    { text: 'p(90) >= 90', holds: true },
    { text: 'p(99.9)>99', holds: true },
    { text: 'rate < 46', holds: true },
    { text: 'count === 90', holds: true },
    { text: 'value == 10', holds: true },
    { text: 'http_req_failed: rate > 0.09', holds: true },
    { text: 'http_req_failed: count == 10', holds: true },
    { text: 'http_reqs: rate > 1000', holds: false },
  ])('$text is $holds', ({ text, holds }) => {
    expect(testThreshold(parseThreshold(text), hundred).holds).toBe(holds);
  });

  test('on times that are not there is that of an infinite time', () => {
    expect(testThreshold(parseThreshold('p(99) > 200'), resultWith([])).holds).toBe(true);
  });

  test.each([
    '',
    'p99 > 1',
    'p(99)',
    'p(101) > 1',
    'avg => 1',
    'avg > fast',
    'nothing: avg > 1',
    'http_reqs: avg > 1',
    'p(99) > 1; exit',
  ])('%j is refused', (text) =>
    expect(() => parseThreshold(text)).toThrow(expect.objectContaining({ code: 'load.invalid' })),
  );
});

describe('the search for the rate', () => {
  /** A server that holds up to a rate. */
  const serverUpTo =
    (limit: number) =>
    async (ratePerS: number): Promise<LoadResult> =>
      resultWith([ratePerS > limit ? 100 : 10], { requestsPerSecond: ratePerS });
  const judge = (result: LoadResult): string => (result.latencyMs.max < 50 ? '' : 'too slow');

  test.each([3, 99, 100, 101, 5_000, 123_456])('finds a limit of %d requests/s to 5 %%', async (limit) => {
    const { ratePerS, trials } = await findRate({ run: serverUpTo(limit), judge, startRatePerS: 100 });
    expect(ratePerS! / limit).toBeGreaterThan(0.945);
    expect(ratePerS).toBeLessThanOrEqual(limit);
    expect(trials.length).toBeLessThan(20);
  });

  test('finds none where none holds', async () => {
    const { ratePerS } = await findRate({ run: serverUpTo(0), judge, startRatePerS: 100 });
    expect(ratePerS).toBeUndefined();
  });

  test('takes a rate that is not reached for one that does not hold', async () => {
    const run = async (ratePerS: number) => resultWith([10], { requestsPerSecond: Math.min(ratePerS, 700) });
    const { ratePerS } = await findRate({ run, judge, startRatePerS: 100 });
    expect(ratePerS).toBeGreaterThan(640);
    expect(ratePerS).toBeLessThan(720);
  });
});
