import { describe, expect, test } from 'vitest';
import { sleepMs, systemClock } from '../../src/base/index.ts';
import { type LoadJob, type LoadResult, loadJob, runLoad, withCeilingFlag } from '../../src/load/index.ts';
import { createRandom } from '../../src/stats/index.ts';
import { closedCount, closedThroughput, startTruthServer, type TruthServer } from '../support/truth.ts';

/*
 * What a measuring tool owes: it is compared with a server whose truth is known. The machine may be busy with other things, so each
 * may try again; a wrong engine is wrong every time.
 */
const patience = { retry: 3, timeout: 60_000 };
const seed = 11;

type Essentials = Parameters<typeof loadJob>[0];
const jobFor = ({ port }: Pick<TruthServer, 'port'>, changes: Partial<Essentials>): LoadJob =>
  loadJob({
    target: { host: '127.0.0.1', port },
    authority: 'truth',
    requests: [{ method: 'GET', path: '/', headers: {} }],
    model: { kind: 'closed', connections: 4 },
    stop: { durationMs: 2_000 },
    warmupMs: 300,
    ...changes,
  });
const findFlag = ({ flags }: LoadResult, name: string) => flags.find((flag) => flag.name === name);

/** What the machine adds to a round trip just now, in ms: the mean time of answers that take the server no time. */
const probe = async (server: TruthServer, durationMs: number): Promise<number> => {
  const job = jobFor(server, {
    requests: [{ method: 'GET', path: '/now', headers: {} }],
    model: { kind: 'open', connections: 2, ratePerS: 50, arrivals: 'poisson' },
    stop: { durationMs },
    warmupMs: 0,
  });
  return (await runLoad(job, systemClock)).latencyMs.mean;
};

describe('known truth', () => {
  test('the formulas agree with each other and with one that is known', () => {
    // One server, one user: X = 1 / (S + Z).
    expect(closedThroughput(1, 1, 0.02, 0.03)).toBeCloseTo(20, 9);
    expect(closedThroughput(10, 4, 0.02, 1e-12)).toBeCloseTo(closedThroughput(10, 4, 0.02), 6);
    const random = createRandom(seed);
    const count = closedCount(6, 4, 1e6, () => random.exponential(20));
    expect(Math.abs(count / 1e3 / closedThroughput(6, 4, 0.02) - 1)).toBeLessThan(0.01);
  });

  test.concurrent.each([2, 4, 16])(
    '%d connections on 4 exponential slots give the throughput of birth and death within 2 %',
    { ...patience, timeout: 120_000 },
    async (connections) => {
      // Long beside what a busy machine adds to each round trip, and so many that 2 % are several answers of the slowest.
      const meanMs = 150;
      const durationMs = 18_000;
      await using server = await startTruthServer({ slots: 4, service: { kind: 'exponential', meanMs }, seed });
      const job = jobFor(server, { model: { kind: 'closed', connections }, stop: { durationMs }, warmupMs: 0 });
      const [result, overheadMs] = await Promise.all([runLoad(job, systemClock), probe(server, durationMs)]);
      const random = createRandom(seed);
      const expected = closedCount(connections, 4, result.elapsedMs, () => random.exponential(meanMs), overheadMs);
      expect(Math.abs(result.counts.ok / expected - 1)).toBeLessThan(0.02);
    },
  );

  test('a fixed delay is recovered', patience, async () => {
    await using server = await startTruthServer({ service: { kind: 'fixed', meanMs: 100 }, seed });
    const job = jobFor(server, { model: { kind: 'closed', connections: 5 } });
    const [{ latencyMs }, overheadMs] = await Promise.all([runLoad(job, systemClock), probe(server, 2_000)]);
    expect(latencyMs.min).toBeGreaterThan(100);
    expect(latencyMs.min).toBeLessThan(101 + overheadMs);
    expect(latencyMs.p50).toBeLessThan(101 + 2 * overheadMs);
  });
});

describe('a stall', () => {
  const stallMs = 600;
  const runMs = 3_000;
  const runWithStall = async (server: TruthServer, changes: Partial<Essentials>) => {
    const running = runLoad(jobFor(server, { stop: { durationMs: runMs }, warmupMs: 0, ...changes }), systemClock);
    await sleepMs(systemClock, 1_000);
    const frozenNs = systemClock.nowNs();
    server.freeze();
    await sleepMs(systemClock, stallMs);
    server.thaw();
    return { result: await running, stalledMs: (systemClock.nowNs() - frozenNs) / 1e6 };
  };

  test('by SIGSTOP is seen by all who came during it: p99 = T_s - 0.01 T', patience, async () => {
    await using server = await startTruthServer({ service: { kind: 'fixed', meanMs: 2 }, seed });
    const { result } = await runWithStall(server, {
      model: { kind: 'open', connections: 20, ratePerS: 200, arrivals: 'constant' },
    });
    const expectedMs = stallMs - 0.01 * runMs;
    expect(Math.abs(result.responseMs!.p99 / expectedMs - 1)).toBeLessThan(0.07);
    expect(Math.abs(result.responseMs!.max / stallMs - 1)).toBeLessThan(0.07);
    // The service time of the few that could be sent hides it from the 90th percentile.
    expect(result.responseMs!.p90).toBeGreaterThan(200);
    expect(result.latencyMs.p90).toBeLessThan(100);
    expect(findFlag(result, 'connections')).toMatchObject({ ok: false });
  });

  test('in the closed loop is as many slow answers as there are connections, and no phantoms', patience, async () => {
    await using server = await startTruthServer({ service: { kind: 'fixed', meanMs: 2 }, seed });
    const { result } = await runWithStall(server, { model: { kind: 'closed', connections: 5 } });
    expect(result.latencyMs.max).toBeGreaterThan(stallMs * 0.95);
    expect(result.latencyMs.p99).toBeLessThan(stallMs / 2);
    expect(findFlag(result, 'littles-law')?.value).toBeLessThan(0.02);
  });

  test('that is longer than the timeout is counted, not dropped', patience, async () => {
    await using server = await startTruthServer({ service: { kind: 'fixed', meanMs: 2 }, seed });
    const { result } = await runWithStall(server, {
      model: { kind: 'open', connections: 20, ratePerS: 100, arrivals: 'constant' },
      timeoutMs: 200,
    });
    expect(result.counts.timeout).toBeGreaterThanOrEqual(20);
    expect(Object.values(result.counts).reduce((sum, count) => sum + count, 0)).toBe(300);
  });
});

describe("Little's law", () => {
  test('is not compared with a run so short that requests at its edges count', patience, async () => {
    await using server = await startTruthServer({ service: { kind: 'fixed', meanMs: 150 }, seed });
    const job = jobFor(server, { model: { kind: 'closed', connections: 4 }, warmupMs: 100, stop: { durationMs: 400 } });
    const result = await runLoad(job, systemClock);
    expect(findFlag(result, 'littles-law')).toMatchObject({ ok: true });
    expect(findFlag(result, 'littles-law')!.limit).toBeGreaterThan(0.3);
  });

  test('holds for the closed loop', patience, async () => {
    await using server = await startTruthServer({ slots: 4, service: { kind: 'exponential', meanMs: 5 }, seed });
    const { littlesLaw } = await runLoad(jobFor(server, { model: { kind: 'closed', connections: 8 } }), systemClock);
    expect(littlesLaw.connections).toBe(8);
    expect(littlesLaw.error).toBeLessThan(0.02);
  });

  test('holds for the open loop, against requests counted over time', patience, async () => {
    await using server = await startTruthServer({ slots: 4, service: { kind: 'exponential', meanMs: 5 }, seed });
    const model = { kind: 'open', connections: 50, ratePerS: 400, arrivals: 'poisson' } as const;
    const { littlesLaw } = await runLoad(jobFor(server, { model }), systemClock);
    expect(littlesLaw.error).toBeLessThan(0.02);
  });
});

describe('the schedule', () => {
  const model = { kind: 'open', connections: 20, ratePerS: 500, arrivals: 'constant' } as const;

  test('is kept: requests are sent when they are due, each in one class', patience, async () => {
    await using server = await startTruthServer({ service: { kind: 'fixed', meanMs: 2 }, seed });
    const result = await runLoad(jobFor(server, { model, warmupMs: 0 }), systemClock);
    expect(Object.values(result.counts).reduce((sum, count) => sum + count, 0)).toBe(1_000);
    expect(result.scheduleDelayMs!.p50).toBeLessThan(1);
    // On a machine that has no time, the flag is right to say so.
    const flag = findFlag(result, 'schedule');
    expect(flag?.ok).toBe(flag!.value <= 5);
  });

  test('that slips because the client was busy flags the result', patience, async () => {
    await using server = await startTruthServer({ service: { kind: 'fixed', meanMs: 2 }, seed });
    const burn = setInterval(() => {
      for (const untilMs = performance.now() + 60; performance.now() < untilMs; );
    }, 200);
    const result = await runLoad(jobFor(server, { model, warmupMs: 0 }), systemClock);
    clearInterval(burn);
    // oha's correction starts when the client wakes up; what users would have waited starts when the request was due.
    expect(result.responseMs!.p90).toBeGreaterThan(result.latencyMs.p50 + 10);
    expect(findFlag(result, 'schedule')).toMatchObject({ ok: false });
    expect(findFlag(result, 'event-loop')).toMatchObject({ ok: false });
  });
});

describe('the ceiling', () => {
  test('is not looked for when the client idles', patience, async () => {
    await using server = await startTruthServer({ service: { kind: 'fixed', meanMs: 20 }, seed });
    const job = jobFor(server, {});
    const result = await withCeilingFlag(job, await runLoad(job, systemClock), systemClock);
    expect(findFlag(result, 'ceiling')).toBeUndefined();
  });

  test('flags a rate above 60 % of what a null server gives', patience, async () => {
    await using server = await startTruthServer({ service: { kind: 'fixed', meanMs: 20 }, seed });
    const job = jobFor(server, { model: { kind: 'closed', connections: 10 } });
    const idle = await runLoad(job, systemClock);
    const busy = { ...idle, client: { ...idle.client, cpuUtilisation: 0.9 } };
    expect(findFlag(await withCeilingFlag(job, busy, systemClock), 'ceiling')).toMatchObject({ ok: true });
    const fast = { ...busy, requestsPerSecond: 1e6 };
    expect(findFlag(await withCeilingFlag(job, fast, systemClock), 'ceiling')).toMatchObject({ ok: false });
  });
});
