import { describe, expect, test } from 'vitest';
import { answersWith } from '../servers/http2/answers-with.ts';
import { closesConnectionsAfter } from '../servers/http2/closes-connections.ts';
import { codes, goaway } from '../servers/http2/frames.ts';
import { refusesStreams } from '../servers/http2/refuses-streams.ts';
import { shutsDownAfter } from '../servers/http2/shuts-down-after.ts';
import { nothing, run } from './jobs.ts';

describe('streams above the last id of a GOAWAY have not failed: they are sent again', () => {
  test.each([
    { perConnection: 10, streamsPerConnection: 10 },
    { perConnection: 7, streamsPerConnection: 10 },
    { perConnection: 1, streamsPerConnection: 10 },
    { perConnection: 3, streamsPerConnection: 1 },
  ])('$streamsPerConnection at a time, $perConnection for each connection', async ({ perConnection, ...job }) => {
    await using server = await shutsDownAfter(perConnection);
    const result = await run(server.port, { ...job, stop: { requests: 40 } });
    expect(result.counts).toEqual({ ...nothing, ok: 40 });
    expect(result.retries).toBe(server.requests - 40);
    expect(server.accepted).toBe(Math.ceil(40 / perConnection));
    if (perConnection < job.streamsPerConnection) expect(result.retries).toBeGreaterThan(0);
    expect(result.errors).toEqual({});
  });

  test('whatever reason it gives, and what it does answer counts', async () => {
    await using server = await shutsDownAfter(5, codes.calm);
    const result = await run(server.port, { streamsPerConnection: 10, stop: { requests: 40 } });
    expect(result.counts).toEqual({ ...nothing, ok: 40 });
  });

  test('but not for ever, when no connection gets anywhere', async () => {
    await using server = await answersWith(() => [goaway(0, codes.none)]);
    const result = await run(server.port, { stop: { requests: 1 } });
    expect(result.counts).toEqual({ ...nothing, reset: 1 });
    expect(result.retries).toBe(5);
    expect(server.requests).toBe(6);
    expect(result.errors).toEqual({ 'connection shut down before the request was processed': 1 });
  });

  test('and a time-out ends it as everything else', async () => {
    await using server = await answersWith(() => [goaway(0, codes.none)]);
    const result = await run(server.port, { stop: { requests: 1 }, timeoutMs: 100 });
    expect(result.counts).toEqual({ ...nothing, timeout: 1 });
  });
});

describe('a refused stream has not failed', () => {
  test.each([
    { name: 'every other', isRefused: (number: number) => number % 2 === 1 },
    { name: 'two of three', isRefused: (number: number) => number % 3 !== 0 },
    { name: 'the first three', isRefused: (number: number) => number < 3 },
  ])('$name is sent again on the same connection', async ({ isRefused }) => {
    await using server = await refusesStreams(isRefused);
    const result = await run(server.port, {
      requests: [{ method: 'POST', path: '/', headers: {}, body: 'once' }],
      streamsPerConnection: 4,
      stop: { requests: 60 },
    });
    expect(result.counts).toEqual({ ...nothing, ok: 60 });
    expect(result.retries).toBe(server.requests - 60);
    expect(server.accepted).toBe(1);
  });

  test('until it is refused too often: then the error has its name', async () => {
    await using server = await refusesStreams(() => true);
    const result = await run(server.port, { stop: { requests: 2 } });
    expect(result.counts).toEqual({ ...nothing, reset: 2 });
    expect(result.errors).toEqual({ 'stream reset: REFUSED_STREAM': 2 });
    expect(result.retries).toBe(10);
  });

  test('and its time runs from the first send', async () => {
    await using server = await refusesStreams((number) => number < 3);
    const result = await run(server.port, { stop: { requests: 1 } });
    // The second refusal in a row waits 10 ms, the third 20.
    expect(result.latencyMs.min).toBeGreaterThan(25);
  });
});

describe('a connection that closes without a word', () => {
  const post = [{ method: 'POST', path: '/', headers: {}, body: 'once' }];

  test('as a request sets out on it is dialled again, for a method that may be sent twice', async () => {
    await using server = await closesConnectionsAfter(5);
    const result = await run(server.port, { stop: { requests: 20 } });
    expect(result.counts).toEqual({ ...nothing, ok: 20 });
    expect(result.retries).toBe(server.requests - 20);
    expect(result.retries).toBeGreaterThan(0);
  });

  test('is a failure for a method that may not', async () => {
    await using server = await closesConnectionsAfter(5);
    const result = await run(server.port, { requests: post, stop: { requests: 20 } });
    expect(result.retries).toBe(0);
    expect(server.requests).toBe(20);
    expect(result.counts).toEqual({ ...nothing, ok: 17, reset: 3 });
  });

  test('is a failure for every method when it never served', async () => {
    await using server = await closesConnectionsAfter(0);
    const result = await run(server.port, { stop: { requests: 3 } });
    expect(result.counts).toEqual({ ...nothing, reset: 3 });
    expect(result.errors).toEqual({ 'connection closed before an answer': 3 });
  });
});
