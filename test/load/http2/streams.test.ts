import { createServer } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { describe, expect, test } from 'vitest';
import { answersWith } from '../servers/http2/answers-with.ts';
import { mostStreams, settings } from '../servers/http2/frames.ts';
import { takesFewAtATime } from '../servers/http2/takes-few-at-a-time.ts';
import { nothing, run } from './jobs.ts';

describe('waiting for a free stream is the client’s queue', () => {
  test('and no part of the service time', async () => {
    await using server = await takesFewAtATime(2, 20);
    const result = await run(server.port, { streamsPerConnection: 10, stop: { requests: 100 } });
    expect(result.counts).toEqual({ ...nothing, ok: 100 });
    expect(result.latencyMs.p50).toBeGreaterThan(15);
    expect(result.latencyMs.p50).toBeLessThan(60);
  });

  test('and is told by a flag, while Little’s law holds', async () => {
    await using server = await takesFewAtATime(2, 20);
    const { flags } = await run(server.port, { streamsPerConnection: 10, stop: { durationMs: 1_000 } });
    expect(flags.find(({ name }) => name === 'streams')).toMatchObject({ ok: false });
    expect(flags.find(({ name }) => name === 'littles-law')).toMatchObject({ ok: true });
  });

  test('and part of the response time in the open loop', async () => {
    await using server = await takesFewAtATime(1, 20);
    const result = await run(server.port, {
      streamsPerConnection: 50,
      model: { kind: 'open', connections: 1, ratePerS: 100, arrivals: 'constant' },
      stop: { durationMs: 1_000 },
    });
    // 50 a second are served of 100: the last waits for about half a second.
    expect(result.latencyMs.p50).toBeLessThan(100);
    expect(result.responseMs!.p90).toBeGreaterThan(250);
    expect(result.responseMs!.p50).toBeCloseTo(result.latencyMs.p50 + result.scheduleDelayMs!.p50, -2);
    expect(result.counts.reset).toBe(0);
    expect(result.flags.find(({ name }) => name === 'connections')).toMatchObject({ ok: false });
    expect(result.flags.find(({ name }) => name === 'schedule')).toMatchObject({ ok: true });
  });

  test('all get their turn', async () => {
    await using server = await takesFewAtATime(1, 5);
    const result = await run(server.port, { streamsPerConnection: 20, stop: { requests: 60 }, timeoutMs: 2_000 });
    expect(result.counts).toEqual({ ...nothing, ok: 60 });
    expect(result.latencyMs.max).toBeLessThan(200);
  });

  test('a server that allows none at all is a time-out, and not a hang', async () => {
    await using server = await answersWith(() => [], settings([mostStreams, 0]));
    const result = await run(server.port, { streamsPerConnection: 2, stop: { requests: 4 }, timeoutMs: 200 });
    expect(result.counts).toEqual({ ...nothing, timeout: 4 });
    expect(server.requests).toBe(0);
  });
});

test('beyond one request it waits for the server’s settings', async () => {
  await using server = await takesFewAtATime(2, 5, 1_500);
  // The connections are given a second to be opened, so the load begins before the settings have come.
  const result = await run(server.port, { streamsPerConnection: 10, stop: { requests: 30 } });
  expect(result.counts).toEqual({ ...nothing, ok: 30 });
  expect(result.retries).toBe(0);
});

test('fewer streams in the middle of a load are respected', async () => {
  let session = 0;
  const server = createServer({ settings: { maxConcurrentStreams: 8 } }, (_request, response) => {
    if (++session === 20) response.stream.session?.settings({ maxConcurrentStreams: 1 });
    setTimeout(() => response.end('x'), 2);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const result = await run((server.address() as AddressInfo).port, {
    streamsPerConnection: 8,
    stop: { requests: 100 },
  });
  server.close();
  expect(result.counts).toEqual({ ...nothing, ok: 100 });
});
