import { describe, expect, test } from 'vitest';
import { systemClock } from '../../src/base/index.ts';
import { findRate, type LoadResult, parseThreshold, runLoad, testThreshold } from '../../src/load/index.ts';
import { type Essentials, jobFor } from './job-for.ts';
import { startDelayedServer } from './servers/delayed.ts';
import { startOneAtATimeServer } from './servers/one-at-a-time.ts';
import { startSilentServer } from './servers/silent.ts';

/* Each is compared with a server whose rate is known. A busy machine may make one late, so each may try again. */
const patience = { retry: 3, timeout: 60_000 };

const open = (ratePerS: number, connections: number, arrivals: 'constant' | 'poisson' = 'constant') => ({
  model: { kind: 'open' as const, connections, ratePerS, arrivals },
});
const loadDelayed = async (delayMs: number, changes: Partial<Essentials>): Promise<LoadResult> => {
  await using server = await startDelayedServer(delayMs);
  return await runLoad(jobFor(server, changes), systemClock);
};
const plannedOf = ({ counts }: LoadResult): number => Object.values(counts).reduce((sum, count) => sum + count, 0);

describe('the rate of an open loop that the server keeps up with is the planned one', () => {
  test.each<{ name: string; changes: Partial<Essentials>; planned: number }>([
    { name: 'after a warm-up', changes: { warmupMs: 1_000, stop: { durationMs: 1_000 } }, planned: 50 },
    { name: 'without a warm-up', changes: { stop: { durationMs: 1_000 } }, planned: 50 },
    { name: 'of a number of requests', changes: { stop: { requests: 50 } }, planned: 50 },
    {
      name: 'of a number of requests after a warm-up',
      changes: { stop: { requests: 50 }, warmupMs: 500 },
      planned: 50,
    },
    { name: 'of two workers', changes: { stop: { durationMs: 1_000 }, workers: 2 }, planned: 50 },
  ])('$name', patience, async ({ changes, planned }) => {
    const result = await loadDelayed(200, { ...open(50, 50), ...changes });
    expect(result.counts).toMatchObject({ ok: planned, cutOff: 0, neverSent: 0 });
    expect(result.requestsPerSecond).toBeGreaterThan(49.4);
    expect(result.requestsPerSecond).toBeLessThan(50.6);
  });

  test('of Poisson arrivals: as many as were due', patience, async () => {
    const result = await loadDelayed(200, { ...open(100, 100, 'poisson'), stop: { durationMs: 1_000 } });
    expect(result.counts.ok).toBe(plannedOf(result));
    expect(result.requestsPerSecond).toBeCloseTo(plannedOf(result) / (result.elapsedMs / 1_000), 6);
    expect(result.elapsedMs).toBeCloseTo(1_000, 6);
  });

  test('of stages', patience, async () => {
    const stages = [{ durationMs: 1_000, ratePerS: 100 }];
    const result = await loadDelayed(200, {
      model: { kind: 'stages', connections: 50, arrivals: 'constant', stages },
      stop: { durationMs: 1_000 },
    });
    expect(result.counts).toMatchObject({ ok: 50, cutOff: 0, neverSent: 0 });
    expect(result.requestsPerSecond).toBeCloseTo(50, 3);
  });

  test('and an answer that never comes is a timeout, not cut off', patience, async () => {
    await using server = await startSilentServer();
    const result = await runLoad(
      jobFor(server, { ...open(20, 20), stop: { durationMs: 500 }, timeoutMs: 700 }),
      systemClock,
    );
    expect(result.counts).toMatchObject({ timeout: 10, cutOff: 0 });
    expect(result.elapsedMs).toBeCloseTo(500, 6);
  });
});

describe('the rate of an open loop that the server does not keep up with is what the server can do', () => {
  test.each([
    { name: 'without a warm-up', warmupMs: 0, connections: 10 },
    { name: 'after a warm-up', warmupMs: 500, connections: 10 },
    { name: 'with many connections', warmupMs: 500, connections: 60 },
  ])('$name', patience, async ({ warmupMs, connections }) => {
    await using server = await startOneAtATimeServer(20);
    const result = await runLoad(
      jobFor(server, { ...open(400, connections), stop: { durationMs: 2_000 }, warmupMs }),
      systemClock,
    );
    expect(result.requestsPerSecond).toBeGreaterThan(46);
    expect(result.requestsPerSecond).toBeLessThan(51.5);
    expect(result.counts.neverSent).toBeGreaterThan(0);
  });

  test('of a number of requests', patience, async () => {
    await using server = await startOneAtATimeServer(20);
    const result = await runLoad(jobFor(server, { ...open(400, 10), stop: { requests: 100 } }), systemClock);
    expect(result.counts.ok).toBe(100);
    expect(result.requestsPerSecond).toBeGreaterThan(46);
    expect(result.requestsPerSecond).toBeLessThan(51.5);
  });
});

describe('a number of requests counts measured ones', () => {
  test.each<{ name: string; changes: Partial<Essentials> }>([
    { name: 'closed loop', changes: {} },
    { name: 'closed loop, more connections than requests', changes: { model: { kind: 'closed', connections: 70 } } },
    { name: 'closed loop, two workers', changes: { workers: 2 } },
    { name: 'open loop', changes: open(400, 10) },
  ])('$name', patience, async ({ changes }) => {
    const result = await loadDelayed(2, { stop: { requests: 60 }, warmupMs: 200, ...changes });
    expect(result.counts).toMatchObject({ ok: 60, cutOff: 0 });
    expect(result.elapsedMs).toBeGreaterThan(0);
  });

  test('also where everything fails in the warm-up', patience, async () => {
    const { port } = await using(await startSilentServer());
    const result = await runLoad(jobFor({ port }, { stop: { requests: 6 }, warmupMs: 300 }), systemClock);
    expect(result.counts.reset).toBe(6);
  });
});

const using = async <T extends AsyncDisposable>(resource: T): Promise<T> => {
  await resource[Symbol.asyncDispose]();
  return resource;
};

describe("Little's law is not compared with", () => {
  test.each<{ name: string; changes: Partial<Essentials> }>([
    { name: 'a run of one request', changes: { model: { kind: 'closed', connections: 1 }, stop: { requests: 1 } } },
    {
      name: 'answers that are all errors',
      changes: { model: { kind: 'closed', connections: 4 }, stop: { durationMs: 1_100 } },
    },
    { name: 'answers that are all errors, after a warm-up', changes: { stop: { durationMs: 800 }, warmupMs: 400 } },
  ])('$name', async ({ changes }) => {
    await using server = await startDelayedServer(300, 'HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n');
    const { flags } = await runLoad(jobFor(server, changes), systemClock);
    expect(flags.find(({ name }) => name === 'littles-law')).toMatchObject({ ok: true });
  });
});

test('the search for the rate finds what a slow server with many connections can do', {
  ...patience,
  timeout: 120_000,
}, async () => {
  await using server = await startDelayedServer(200);
  const condition = parseThreshold('p(99) < 500');
  const { ratePerS, trials } = await findRate({
    startRatePerS: 40,
    precision: 0.2,
    run: (rate) =>
      runLoad(jobFor(server, { ...open(rate, 100), stop: { durationMs: 1_500 }, warmupMs: 300 }), systemClock),
    judge: (result) => (testThreshold(condition, result).holds ? '' : 'too slow'),
  });
  expect(trials[0]).toMatchObject({ ratePerS: 40, holds: true });
  // A hundred connections of five requests per second each.
  expect(ratePerS).toBeGreaterThan(320);
  expect(ratePerS).toBeLessThan(540);
});
