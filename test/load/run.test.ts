import { describe, expect, test } from 'vitest';
import { systemClock } from '../../src/base/index.ts';
import { type LoadJob, type LoadResult, runLoad } from '../../src/load/index.ts';
import { decodeHistogram } from '../../src/stats/index.ts';
import { answer, type Script, startScriptedServer } from '../support/scripted-server.ts';
import { type Essentials, jobFor as jobForServer } from './job-for.ts';

const jobFor = (port: number, changes: Partial<Essentials> = {}): LoadJob =>
  jobForServer({ port }, { timeoutMs: 1_000, ...changes });

const runAgainst = async (script: Script, changes: Partial<Essentials> = {}): Promise<LoadResult> => {
  await using server = await startScriptedServer(script);
  return await runLoad(jobFor(server.port, changes), systemClock);
};

const planned = ({ counts }: LoadResult): number => Object.values(counts).reduce((sum, count) => sum + count, 0);

describe('the closed loop', () => {
  test('sends the number of requests that it was asked for, and counts them ok', async () => {
    const result = await runAgainst((socket) => socket.write(answer('hello')));
    expect(result.counts).toEqual({ ok: 10, wrong: 0, status: 0, reset: 0, timeout: 0, cutOff: 0, neverSent: 0 });
    expect(result).toMatchObject({ bodyBytes: 50, statusCodes: { 200: 10 }, errors: {}, endedEarly: false });
    expect(decodeHistogram(result.histograms.serviceTimeNs).total).toBe(10);
  });

  test('keeps its connections', async () => {
    await using server = await startScriptedServer((socket) => socket.write(answer('')));
    await runLoad(jobFor(server.port, { stop: { requests: 100 } }), systemClock);
    expect(server.accepted).toBe(2);
  });

  test('opens one for each request when keep-alive is off', async () => {
    await using server = await startScriptedServer((socket) => socket.end(answer('', 'Connection: close')));
    const result = await runLoad(jobFor(server.port, { isKeptAlive: false }), systemClock);
    expect([result.counts.ok, server.accepted]).toEqual([10, 10]);
    expect(server.requests[0]).toContain('\r\nConnection: close\r\n');
  });

  // wrk counts 0 requests then.
  test('goes on when the server closes after each answer', async () => {
    const result = await runAgainst((socket) => socket.end(answer('x', 'Connection: close')));
    expect([result.counts.ok, planned(result)]).toEqual([10, 10]);
  });

  test('goes on when the server closes without saying so', async () => {
    const result = await runAgainst((socket) => socket.end(answer('x')), { model: { kind: 'closed', connections: 1 } });
    expect(planned(result)).toBe(10);
    expect(result.counts.ok + result.counts.reset).toBe(10);
  });

  test('ends at its time, and calls what was on its way cut off', async () => {
    const result = await runAgainst((socket, _request, index) => void (index < 4 && socket.write(answer('x'))), {
      stop: { durationMs: 300 },
      timeoutMs: 10_000,
    });
    expect(result.counts).toMatchObject({ ok: 4, cutOff: 2 });
    expect(result.errors).toEqual({ 'cut off at the deadline': 2 });
    expect(result.requestsPerSecond).toBeCloseTo(4 / (result.elapsedMs / 1000), 6);
  });

  test('leaves the warm-up out', async () => {
    const result = await runAgainst((socket) => setTimeout(() => socket.write(answer('x')), 20), {
      stop: { durationMs: 300 },
      warmupMs: 300,
    });
    expect(result.elapsedMs).toBeGreaterThan(295);
    expect(result.elapsedMs).toBeLessThan(500);
    expect(result.counts.ok).toBeLessThanOrEqual(2 * (result.elapsedMs / 20) + 2);
  });
});

describe('every failure has a class', () => {
  test.each<{ name: string; script: Script; kind: 'status' | 'reset' | 'timeout'; message?: string }>([
    {
      name: 'an error status',
      script: (socket) => socket.write('HTTP/1.1 503 No\r\nContent-Length: 0\r\n\r\n'),
      kind: 'status',
    },
    {
      name: 'a closed connection',
      script: (socket) => socket.end(),
      kind: 'reset',
      message: 'connection closed before an answer',
    },
    {
      name: 'a reset connection',
      script: (socket) => void socket.resetAndDestroy(),
      kind: 'reset',
      message: 'connection reset by peer',
    },
    {
      name: 'an early end',
      script: (socket) => socket.end(answer('hello').slice(0, -1)),
      kind: 'reset',
      message: 'connection closed within an answer',
    },
    {
      name: 'another protocol',
      script: (socket) => socket.write('220 smtp ready\r\n'),
      kind: 'reset',
      message: 'bad status line',
    },
    {
      name: 'a chunk overflow',
      script: (socket) => socket.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nabc'),
      kind: 'reset',
      message: 'chunk longer than its size',
    },
    {
      name: 'a header bomb',
      script: (socket) => socket.write(`HTTP/1.1 200 OK\r\n${'a: b\r\n'.repeat(50_000)}`),
      kind: 'reset',
      message: 'head too long',
    },
    { name: 'silence', script: () => {}, kind: 'timeout', message: 'timeout' },
    {
      name: 'a slow loris',
      script: (socket) => {
        socket.write('HTTP/1.1 200 OK\r\n');
        const drip = setInterval(() => socket.write('a'), 20);
        socket.on('close', () => clearInterval(drip));
      },
      kind: 'timeout',
      message: 'timeout',
    },
  ])('$name', async ({ script, kind, message }) => {
    const result = await runAgainst(script, { stop: { requests: 4 }, timeoutMs: 200 });
    expect(result.counts).toEqual({
      ok: 0,
      wrong: 0,
      status: 0,
      reset: 0,
      timeout: 0,
      cutOff: 0,
      neverSent: 0,
      [kind]: 4,
    });
    expect(result.errors).toEqual(message === undefined ? {} : { [message]: 4 });
    expect(result.latencyMs).toEqual({ mean: 0, min: 0, p50: 0, p90: 0, p95: 0, p99: 0, max: 0 });
  });

  test('a refused connection', async () => {
    const { port } = await using(await startScriptedServer(() => {}));
    const result = await runLoad(jobFor(port), systemClock);
    expect(result.counts).toMatchObject({ ok: 0, reset: 10 });
    expect(result.errors).toEqual({ 'connection refused': 10 });
  });

  test('a dead server is not hammered', async () => {
    const { port } = await using(await startScriptedServer(() => {}));
    const result = await runLoad(jobFor(port, { stop: { durationMs: 1_000 } }), systemClock);
    expect(result.counts.reset).toBeGreaterThan(10);
    expect(result.counts.reset).toBeLessThan(40);
  });

  test('a server that comes back is used again', async () => {
    const result = await runAgainst(
      (socket, _request, index) => (index < 6 ? void socket.resetAndDestroy() : socket.write(answer('x'))),
      { stop: { requests: 20 } },
    );
    expect(result.counts).toMatchObject({ ok: 14, reset: 6 });
  });

  // autocannon reconnects without clearing its parser.
  test('half an answer before a reset does not spoil the next', async () => {
    const result = await runAgainst(
      (socket, _request, index) => {
        if (index % 2 === 1) socket.write(answer('hello'));
        else socket.write('HTTP/1.1 200 OK\r\nContent-Le', () => setTimeout(() => socket.resetAndDestroy(), 5));
      },
      { model: { kind: 'closed', connections: 1 } },
    );
    expect(result.counts).toMatchObject({ ok: 5, reset: 5 });
  });

  test('bytes after an answer are flagged, and their connection is not used again', async () => {
    await using server = await startScriptedServer((socket) => socket.write(`${answer('x')}HTTP/1.1 200 OK\r\n\r\n`));
    const result = await runLoad(jobFor(server.port), systemClock);
    expect(result.counts.ok).toBe(10);
    expect(server.accepted).toBeGreaterThanOrEqual(10);
    expect(result.flags.find(({ name }) => name === 'surplus')).toMatchObject({ ok: false });
  });

  test('latencies near the timeout are kept', async () => {
    const result = await runAgainst((socket) => setTimeout(() => socket.write(answer('x')), 250), {
      stop: { requests: 2 },
      timeoutMs: 2_000,
    });
    expect(result.latencyMs.max).toBeGreaterThan(240);
  });
});

const using = async <T extends AsyncDisposable>(resource: T): Promise<T> => {
  await resource[Symbol.asyncDispose]();
  return resource;
};

describe('answers are judged', () => {
  test.each([
    { name: 'by length', validators: { bodyBytes: 6 }, message: 'wrong body: 5 bytes instead of 6' },
    { name: 'by hash', validators: { sha256: '0'.repeat(64) }, message: 'wrong body: another sha256' },
    { name: 'as JSON', validators: { json: { ratio: 1, contains: { a: 1 } } }, message: 'wrong body: not JSON' },
  ])('$name', async ({ validators, message }) => {
    const result = await runAgainst((socket) => socket.write(answer('hello')), { validators });
    expect(result.counts).toMatchObject({ ok: 0, wrong: 10 });
    expect(result.errors).toEqual({ [message]: 10 });
    // A wrong answer took its time: it is in the latencies, and not in the rate.
    expect(decodeHistogram(result.histograms.serviceTimeNs).total).toBe(10);
    expect(result.requestsPerSecond).toBe(0);
  });

  test('by JSON that may have more keys', async () => {
    const body = JSON.stringify({ id: 7, tags: [{ name: 'a', extra: true }] });
    const contains = { tags: [{ name: 'a' }] };
    const right = await runAgainst((socket) => socket.write(answer(body)), {
      validators: { json: { ratio: 1, contains } },
    });
    expect(right.counts.ok).toBe(10);
    const wrong = await runAgainst((socket) => socket.write(answer(body)), {
      validators: { json: { ratio: 1, contains: { tags: [{ name: 'b' }] } } },
    });
    expect(wrong.errors).toEqual({ 'wrong body: JSON without the expected content': 10 });
  });

  test('by an expected status', async () => {
    const notFound: Script = (socket) => socket.write('HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n');
    expect((await runAgainst(notFound)).counts.status).toBe(10);
    expect((await runAgainst(notFound, { expectStatus: [404] })).counts.ok).toBe(10);
  });

  test('and a share is kept as samples, the same for the same seed', async () => {
    const script: Script = (socket) => socket.write(answer('{"n":1}', 'Content-Type: application/json'));
    const changes = { sampleRatio: 0.2, stop: { requests: 200 }, model: { kind: 'closed' as const, connections: 1 } };
    const first = await runAgainst(script, changes);
    expect(first.samples.length).toBeGreaterThan(20);
    expect(first.samples.length).toBeLessThan(70);
    expect(first.samples[0]).toEqual({
      requestIndex: 0,
      status: 200,
      headers: { 'content-length': '7', 'content-type': 'application/json' },
      bodyBase64: Buffer.from('{"n":1}').toString('base64'),
    });
    expect((await runAgainst(script, changes)).samples).toEqual(first.samples);
  });

  test('samples stop at their limit of bytes', async () => {
    const result = await runAgainst((socket) => socket.write(answer('x'.repeat(100))), {
      sampleRatio: 1,
      sampleBytes: 350,
    });
    expect(result.samples).toHaveLength(3);
  });
});

describe('requests', () => {
  test('go out as they were given', async () => {
    await using server = await startScriptedServer((socket) => socket.write(answer('')));
    const request = { method: 'POST', path: '/a?b=c', headers: { 'X-One': 'zwei' }, body: 'größe' };
    await runLoad(jobFor(server.port, { requests: [request], stop: { requests: 2 } }), systemClock);
    const body = Buffer.from('größe', 'utf8').toString('latin1');
    expect(server.requests[0]).toBe(
      `POST /a?b=c HTTP/1.1\r\nHost: 127.0.0.1:${server.port}\r\nX-One: zwei\r\nContent-Length: 7\r\n\r\n${body}`,
    );
  });

  test('of any bytes and of a megabyte arrive whole', async () => {
    const body = Buffer.alloc(1_000_000, Buffer.from([0, 255, 13, 10]));
    await using server = await startScriptedServer((socket) => socket.write(answer('')));
    const request = { method: 'PUT', path: '/', headers: {}, bodyBase64: body.toString('base64') };
    const result = await runLoad(
      jobFor(server.port, { requests: [request], stop: { requests: 3 }, timeoutMs: 20_000 }),
      systemClock,
    );
    expect(result.counts.ok).toBe(3);
    expect(server.requests[2]?.endsWith(body.toString('latin1'))).toBe(true);
  });

  test('come in their weights', async () => {
    await using server = await startScriptedServer((socket) => socket.write(answer('')));
    const requests = ['/a', '/b'].map((path, index) => ({ method: 'GET', path, headers: {}, weight: 1 + index * 2 }));
    await runLoad(jobFor(server.port, { requests, stop: { requests: 2_000 } }), systemClock);
    const share = server.requests.filter((text) => text.startsWith('GET /b')).length / 2_000;
    expect(Math.abs(share - 0.75)).toBeLessThan(0.05);
  });

  test('come in sequence', async () => {
    await using server = await startScriptedServer((socket) => socket.write(answer('')));
    const requests = ['/a', '/b', '/c'].map((path) => ({ method: 'GET', path, headers: {} }));
    await runLoad(
      jobFor(server.port, {
        requests,
        order: 'sequence',
        model: { kind: 'closed', connections: 1 },
        stop: { requests: 7 },
      }),
      systemClock,
    );
    expect(server.requests.map((text) => text.slice(5, 6)).join('')).toBe('abcabca');
  });

  test('of HEAD have answers without a body', async () => {
    const result = await runAgainst((socket) => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n'), {
      requests: [{ method: 'HEAD', path: '/', headers: {} }],
    });
    expect(result.counts.ok).toBe(10);
  });

  test('bring back the cookies that their connection was given', async () => {
    await using server = await startScriptedServer((socket, _request, index) =>
      socket.write(answer('', `Set-Cookie: n=${index}; Path=/`, ...(index === 0 ? ['Set-Cookie: a=b'] : []))),
    );
    await runLoad(
      jobFor(server.port, { keepsCookies: true, model: { kind: 'closed', connections: 1 }, stop: { requests: 3 } }),
      systemClock,
    );
    const cookies = server.requests.map((text) => /\r\nCookie: ([^\r]*)/.exec(text)?.[1]);
    expect(cookies).toEqual([undefined, 'n=0; a=b', 'n=1; a=b']);
  });

  test('go to an IPv6 address', async () => {
    await using server = await startScriptedServer((socket) => socket.write(answer('')), '::1');
    const result = await runLoad(jobFor(server.port, { target: { host: '::1', port: server.port } }), systemClock);
    expect(result.counts.ok).toBe(10);
  });

  test('find a server that listens on one address of a name only', async () => {
    await using server = await startScriptedServer((socket) => socket.write(answer('')), '127.0.0.1');
    const result = await runLoad(
      jobFor(server.port, { target: { host: 'localhost', port: server.port } }),
      systemClock,
    );
    expect(result.counts.ok).toBe(10);
    expect(result.details.dnsMs.average).toBeGreaterThan(0);
  });
});

describe('the open loop', () => {
  test('sends at its rate, and times from the planned send', async () => {
    const result = await runAgainst((socket) => socket.write(answer('')), {
      model: { kind: 'open', connections: 4, ratePerS: 200, arrivals: 'constant' },
      stop: { durationMs: 1_000 },
    });
    expect(planned(result)).toBe(200);
    expect(result.counts.ok).toBeGreaterThan(195);
    expect(result.responseMs?.mean).toBeCloseTo((result.scheduleDelayMs?.mean ?? 0) + result.latencyMs.mean, 0);
  });

  test('uses its connections in turn, so that all processes behind a port get their share', async () => {
    const counts = new Map<unknown, number>();
    await runAgainst(
      (socket) => {
        counts.set(socket, (counts.get(socket) ?? 0) + 1);
        socket.write(answer(''));
      },
      { model: { kind: 'open', connections: 10, ratePerS: 200, arrivals: 'constant' }, stop: { requests: 100 } },
    );
    expect(counts.size).toBe(10);
    expect(Math.min(...counts.values())).toBeGreaterThan(5);
  });

  // autocannon sends a second's worth at once.
  test('spaces its requests evenly', async () => {
    const cameMs: number[] = [];
    await runAgainst(
      (socket) => {
        cameMs.push(performance.now());
        socket.write(answer(''));
      },
      { model: { kind: 'open', connections: 4, ratePerS: 200, arrivals: 'constant' }, stop: { durationMs: 1_000 } },
    );
    const tenths = new Map<number, number>();
    for (const ms of cameMs)
      tenths.set(Math.floor((ms - cameMs[0]!) / 100), (tenths.get(Math.floor((ms - cameMs[0]!) / 100)) ?? 0) + 1);
    expect(Math.max(...tenths.values())).toBeLessThan(60);
  });

  test('gives every planned request one class when the server stops answering', async () => {
    const result = await runAgainst((socket, _request, index) => void (index < 50 && socket.write(answer(''))), {
      model: { kind: 'open', connections: 10, ratePerS: 100, arrivals: 'constant' },
      stop: { durationMs: 1_000 },
      timeoutMs: 10_000,
    });
    expect(result.counts).toMatchObject({ ok: 50, cutOff: 10, neverSent: 40 });
    expect(result.flags.find(({ name }) => name === 'connections')).toMatchObject({ ok: false });
  });

  test('stops after a number of requests', async () => {
    const result = await runAgainst((socket) => socket.write(answer('')), {
      model: { kind: 'open', connections: 4, ratePerS: 500, arrivals: 'poisson' },
      stop: { requests: 100 },
    });
    expect([planned(result), result.counts.ok]).toEqual([100, 100]);
  });

  test('catches up after all of its connections were busy', async () => {
    const result = await runAgainst(
      (socket, _request, index) => setTimeout(() => socket.write(answer('')), index === 10 ? 300 : 0),
      { model: { kind: 'open', connections: 1, ratePerS: 100, arrivals: 'constant' }, stop: { durationMs: 1_000 } },
    );
    expect(planned(result)).toBe(100);
    expect(result.counts.ok).toBeGreaterThan(90);
    // One slow answer, but thirty users waited for it: the service time has one, the response time all.
    expect(result.latencyMs.p90).toBeLessThan(100);
    expect(result.responseMs?.p90).toBeGreaterThan(100);
  });

  test('ramps through its stages', async () => {
    const result = await runAgainst((socket) => socket.write(answer('')), {
      model: {
        kind: 'stages',
        connections: 4,
        arrivals: 'constant',
        stages: [
          { durationMs: 400, ratePerS: 200 },
          { durationMs: 600, ratePerS: 200 },
        ],
      },
      stop: { durationMs: 10_000 },
    });
    expect(planned(result)).toBe(160);
    expect(Math.abs(result.elapsedMs - 1_000)).toBeLessThan(100);
  });
});

test('a run that is stopped from outside gives what it has', async () => {
  await using server = await startScriptedServer((socket) => socket.write(answer('')));
  const controller = new AbortController();
  setTimeout(() => controller.abort(), 200);
  const result = await runLoad(jobFor(server.port, { stop: { durationMs: 60_000 } }), systemClock, {
    signal: controller.signal,
  });
  expect(result.endedEarly).toBe(true);
  expect(result.counts.ok).toBeGreaterThan(0);
  expect(result.elapsedMs).toBeLessThan(5_000);
});

test('an unknown host is an error, since no request can be made', async () => {
  const job = jobFor(1, { target: { host: 'no-such-host.invalid', port: 1 } });
  await expect(runLoad(job, systemClock)).rejects.toMatchObject({ code: 'load.failed' });
});
