import { describe, expect, test } from 'vitest';
import { findRate, type LoadResult, parseThreshold, testThreshold } from '../../../src/load/index.ts';
import { resultWith } from '../text/results.ts';

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
    { text: 'p(99) < 1', cutOff: 0 },
    { text: 'http_req_failed: rate > 0.01', cutOff: 0 },
    { text: 'http_req_failed: rate > 0.01', cutOff: 50 },
    { text: 'http_req_failed: count > 0', cutOff: 50 },
    { text: 'rate > 1000', cutOff: 0 },
  ])('$text has no data where nothing was measured but $cutOff that were cut off', ({ text, cutOff }) => {
    const empty = resultWith([], { counts: { ...hundred.counts, ok: 0, status: 0, cutOff } });
    expect(testThreshold(parseThreshold(text), empty)).toMatchObject({ hasData: false });
    expect(testThreshold(parseThreshold(text), hundred)).toMatchObject({ hasData: true });
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

/** What two seconds leave of a rate of which some were never sent. */
const countsOf = (okPerS: number, neverSentPerS: number) => ({
  ...resultWith([]).counts,
  ok: okPerS * 2,
  neverSent: neverSentPerS * 2,
});

describe('the search for the rate', () => {
  /** A server that holds up to a rate. */
  const serverUpTo =
    (limit: number) =>
    async (ratePerS: number): Promise<LoadResult> =>
      resultWith([ratePerS > limit ? 100 : 10], { requestsPerSecond: ratePerS, counts: countsOf(ratePerS, 0) });
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
    const run = async (ratePerS: number) => {
      const reached = Math.min(ratePerS, 700);
      return resultWith([10], { requestsPerSecond: reached, counts: countsOf(reached, ratePerS - reached) });
    };
    const { ratePerS } = await findRate({ run, judge, startRatePerS: 100 });
    expect(ratePerS).toBeGreaterThan(640);
    expect(ratePerS).toBeLessThan(720);
  });

  test('judges a rate by the requests that chance made due', async () => {
    const run = async (ratePerS: number) =>
      resultWith([10], { requestsPerSecond: ratePerS * 0.9, counts: countsOf(ratePerS * 0.9, 0) });
    const { trials } = await findRate({
      run,
      judge: (result) => (result.requestsPerSecond < 500 ? '' : 'too slow'),
      startRatePerS: 100,
    });
    expect(trials[0]).toMatchObject({ ratePerS: 100, holds: true });
  });

  test('does not take a trial in which nothing was due for one that holds', async () => {
    const run = async () => resultWith([], { requestsPerSecond: 0 });
    expect((await findRate({ run, judge: () => '', startRatePerS: 100 })).ratePerS).toBeUndefined();
  });

  test('fails no trial because the client was late, but says so where one fails', async () => {
    const flag = { name: 'schedule', ok: false, value: 9, limit: 5, explain: 'It was late.' } as const;
    const run = async (ratePerS: number) =>
      resultWith([ratePerS > 300 ? 100 : 10], {
        requestsPerSecond: ratePerS,
        counts: countsOf(ratePerS, 0),
        flags: [flag],
      });
    const { ratePerS, trials } = await findRate({ run, judge, startRatePerS: 100 });
    expect(ratePerS).toBeGreaterThan(280);
    expect(new Set(trials.map(({ holds, reason }) => (holds ? '' : reason)))).toEqual(
      new Set(['', 'the load generator is the limit: It was late.']),
    );
  });
});
