import { describe, expect, test } from 'vitest';
import { systemClock } from '../../../src/base/index.ts';
import { runLoad } from '../../../src/load/index.ts';
import { answer, startScriptedServer } from '../../support/scripted-server.ts';
import { jobFor } from '../job-for.ts';
import { startReuseRefusingServer } from '../servers/closes-on-reuse.ts';
import { startIdleClosingServer } from '../servers/closes-when-idle.ts';
import { startDenyingServer } from '../servers/denies-early.ts';

const request = { method: 'GET', path: '/', headers: {} };
const failures = { wrong: 0, status: 0, reset: 0, timeout: 0 };

describe('a server that closes idle connections without saying so', () => {
  test.each(['GET', 'POST'])('loses no %s', { retry: 2 }, async (method) => {
    await using server = await startIdleClosingServer(1_000);
    const result = await runLoad(
      jobFor(server, {
        requests: [{ ...request, method }],
        model: { kind: 'open', connections: 50, ratePerS: 50, arrivals: 'constant' },
        stop: { durationMs: 3_000 },
      }),
      systemClock,
    );
    expect(result.counts).toMatchObject({ ...failures, ok: 150 });
  });

  test('is seen before the write, where its end has come', async () => {
    await using server = await startIdleClosingServer(100);
    const result = await runLoad(
      jobFor(server, {
        requests: [{ ...request, method: 'POST' }],
        model: { kind: 'open', connections: 1, ratePerS: 4, arrivals: 'constant' },
        stop: { requests: 4 },
      }),
      systemClock,
    );
    expect([result.counts.ok, result.retries, server.accepted]).toEqual([4, 0, 4]);
  });
});

describe('a request that met the end of a used connection', () => {
  test.each(['reset', 'end'] as const)('by %s is sent again, once, and counts once', async (how) => {
    await using server = await startReuseRefusingServer(how);
    const result = await runLoad(jobFor(server, { stop: { requests: 20 } }), systemClock);
    expect(result.counts).toMatchObject({ ...failures, ok: 20 });
    expect(result.retries).toBe(18);
    expect(server.accepted).toBe(20);
  });

  test.each(['POST', 'PATCH', 'LOCK'])(
    'is not sent again when it is a %s, which may have been done',
    async (method) => {
      await using server = await startReuseRefusingServer('end');
      const result = await runLoad(
        jobFor(server, { requests: [{ ...request, method }], stop: { requests: 20 } }),
        systemClock,
      );
      expect([result.counts.ok, result.counts.reset, result.retries]).toEqual([10, 10, 0]);
    },
  );

  test('is not sent again over a new connection', async () => {
    await using server = await startScriptedServer((socket) => socket.end());
    const result = await runLoad(jobFor(server), systemClock);
    expect([result.counts.reset, result.retries]).toEqual([10, 0]);
  });

  test('is not sent again when a part of its answer came', async () => {
    let count = 0;
    await using server = await startScriptedServer((socket) => {
      if (count++ % 2 === 0) socket.write(answer('x'));
      else socket.end('HTTP/1.1 2');
    });
    const result = await runLoad(jobFor(server, { model: { kind: 'closed', connections: 1 } }), systemClock);
    expect([result.counts.ok, result.counts.reset, result.retries]).toEqual([5, 5, 0]);
  });
});

describe('an answer to a request that the server has not read whole', () => {
  const body = Buffer.alloc(10_000_000, 'x').toString('base64');
  test.each([
    { name: 'with a length', text: 'HTTP/1.1 401 No\r\nContent-Length: 2\r\nConnection: close\r\n\r\nno' },
    { name: 'that says nothing of the end', text: 'HTTP/1.1 401 No\r\nContent-Length: 2\r\n\r\nno' },
    { name: 'in chunks', text: 'HTTP/1.1 401 No\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nno\r\n0\r\n\r\n' },
    { name: 'up to the end', text: 'HTTP/1.0 401 No\r\n\r\nno' },
  ])('counts: $name', async ({ text }) => {
    await using server = await startDenyingServer(text);
    const result = await runLoad(
      jobFor(server, {
        requests: [{ ...request, method: 'POST', bodyBase64: body }],
        model: { kind: 'closed', connections: 4 },
        stop: { requests: 40 },
      }),
      systemClock,
    );
    expect(result.counts).toMatchObject({ status: 40, reset: 0 });
    expect([result.statusCodes, result.bodyBytes]).toEqual([{ 401: 40 }, 80]);
  });

  test('is a failure when there is none', async () => {
    await using server = await startDenyingServer('');
    const result = await runLoad(
      jobFor(server, { requests: [{ ...request, method: 'POST', bodyBase64: body }], stop: { requests: 6 } }),
      systemClock,
    );
    expect(result.counts).toMatchObject({ status: 0, reset: 6 });
  });
});

describe('a connection is closed', () => {
  test.each([
    { says: 'Connection: close' },
    { says: 'Connection: close, keep-alive' },
    { says: 'Connection: keep-alive, close' },
    { says: 'Connection: close\r\nConnection: keep-alive' },
    { says: 'connection: Keep-Alive\r\nCONNECTION: upgrade, CLOSE' },
  ])('when the answer has $says', async ({ says }) => {
    await using server = await startScriptedServer((socket) => socket.write(answer('x', says)));
    const result = await runLoad(jobFor(server), systemClock);
    expect([result.counts.ok, server.accepted]).toEqual([10, 10]);
  });

  test.each(['close', 'keep-alive, Close'])('when the request has Connection: %s', async (value) => {
    await using server = await startScriptedServer((socket) => socket.write(answer('x')));
    const job = jobFor(server, { requests: [{ ...request, headers: { connection: value } }] });
    expect([(await runLoad(job, systemClock)).counts.ok, server.accepted]).toEqual([10, 10]);
    expect(server.requests[0]!.match(/connection/gi)).toHaveLength(1);
  });
});
