import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer as createHttp, type RequestListener, type Server } from 'node:http';
import { createServer as createHttp2, createSecureServer, type Http2Server } from 'node:http2';
import { createServer as createHttps } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generate } from 'selfsigned';
import { beforeAll, describe, expect, test } from 'vitest';
import { systemClock } from '../../src/base/index.ts';
import { jobFromOptions, type LoadJob, type LoadResult, loadJob, runLoad } from '../../src/load/index.ts';

type Essentials = Parameters<typeof loadJob>[0];
interface Listening extends AsyncDisposable {
  readonly port: number;
  readonly accepted: number;
}

const listen = async (server: Server | Http2Server, where: number | string = 0): Promise<Listening> => {
  const sockets = new Set<Socket>();
  let accepted = 0;
  server.on('connection', (socket: Socket) => {
    accepted++;
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  if (typeof where === 'string') server.listen(where);
  else server.listen(where, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: typeof where === 'string' ? 0 : (server.address() as AddressInfo).port,
    get accepted() {
      return accepted;
    },
    async [Symbol.asyncDispose]() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
};

const hello: RequestListener = (_request, response) => response.end('hello');

const run = (port: number, changes: Partial<Essentials> = {}): Promise<LoadResult> =>
  runLoad(job(port, changes), systemClock);
const job = (port: number, changes: Partial<Essentials>): LoadJob =>
  loadJob({
    target: { host: '127.0.0.1', port },
    authority: `localhost:${port}`,
    requests: [{ method: 'GET', path: '/', headers: {} }],
    model: { kind: 'closed', connections: 3 },
    stop: { requests: 30 },
    timeoutMs: 5_000,
    ...changes,
  });

let certificate: { readonly key: string; readonly cert: string };
beforeAll(async () => {
  const made = await generate([{ name: 'commonName', value: 'localhost' }], {
    extensions: [{ name: 'subjectAltName', altNames: [{ type: 2, value: 'localhost' }] }],
  });
  certificate = { key: made.private, cert: made.cert };
});

describe('TLS', () => {
  test('with an authority of its own is verified', async () => {
    await using server = await listen(createHttps(certificate, hello));
    const result = await run(server.port, { tls: { isVerified: true, ca: certificate.cert } });
    expect(result.counts.ok).toBe(30);
    expect(server.accepted).toBe(3);
  });

  test('that is not trusted is refused, unless it need not be', async () => {
    await using server = await listen(createHttps(certificate, hello));
    const refused = await run(server.port, { tls: { isVerified: true } });
    expect(refused.counts).toMatchObject({ ok: 0, reset: 30 });
    expect(Object.keys(refused.errors)).toEqual(['DEPTH_ZERO_SELF_SIGNED_CERT']);
    const accepted = await run(server.port, { tls: { isVerified: false } });
    expect(accepted.counts.ok).toBe(30);
  });

  test('asks for the server by name', async () => {
    const names: unknown[] = [];
    const server = createHttps(
      {
        ...certificate,
        SNICallback: (name, done) => {
          names.push(name);
          done(null);
        },
      },
      hello,
    );
    await using listening = await listen(server);
    await run(listening.port, { tls: { isVerified: false }, authority: 'one.test' });
    await run(listening.port, { tls: { isVerified: false, serverName: 'two.test' }, authority: 'one.test' });
    expect([...new Set(names)]).toEqual(['one.test', 'two.test']);
  });
});

describe('TLS by options', () => {
  const options = {
    c: '1',
    n: '2',
    p: '1',
    arrivals: 'constant',
    keepalive: true,
    order: 'mix',
    workers: '1',
    seed: '1',
    expectJsonRatio: '0.01',
  } as const;

  test('takes the name of the URL, whatever the host that is told', async () => {
    await using server = await listen(createHttps(certificate, hello));
    const load = (url: string, more: object) =>
      runLoad(jobFromOptions(url, { ...options, ...more }, { caPem: certificate.cert }), systemClock);
    const { port } = server;
    expect((await load(`https://localhost:${port}/`, { host: 'example.org' })).counts.ok).toBe(2);
    // The certificate is not for an address, nor for another name.
    const address = await load(`https://127.0.0.1:${port}/`, { host: 'localhost' });
    expect(address.errors).toEqual({ ERR_TLS_CERT_ALTNAME_INVALID: 2 });
    const rule = { connectTo: [`::127.0.0.1:${port}`] };
    expect((await load('https://other.test/', rule)).errors).toEqual({ ERR_TLS_CERT_ALTNAME_INVALID: 2 });
    expect((await load('https://localhost/', rule)).counts.ok).toBe(2);
    expect((await load('https://other.test/', { ...rule, sni: 'localhost' })).counts.ok).toBe(2);
  });
});

test('a unix socket is loaded', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'pitwall-test-'));
  const path = join(folder, 'socket');
  {
    await using _server = await listen(createHttp(hello), path);
    const result = await run(0, { target: { socketPath: path }, authority: 'localhost' });
    expect(result.counts.ok).toBe(30);
  }
  await rm(folder, { recursive: true });
});

describe('HTTP/2', () => {
  test('without TLS, several streams on a connection', async () => {
    let most = 0;
    let current = 0;
    const server = createHttp2((_request, response) => {
      most = Math.max(most, ++current);
      setTimeout(() => {
        current--;
        response.end('hello');
      }, 5);
    });
    await using listening = await listen(server);
    const result = await run(listening.port, { protocol: 'h2', streamsPerConnection: 4, stop: { requests: 120 } });
    expect(result).toMatchObject({ counts: { ok: 120 }, bodyBytes: 600, statusCodes: { 200: 120 } });
    expect([listening.accepted, most]).toEqual([3, 12]);
  });

  test('with TLS', async () => {
    await using server = await listen(
      createSecureServer(certificate, (_request, response) => void response.end('hello')),
    );
    const result = await run(server.port, { protocol: 'h2', tls: { isVerified: true, ca: certificate.cert } });
    expect(result.counts.ok).toBe(30);
  });

  test('sends bodies, and its answers are judged', async () => {
    const server = createHttp2((request, response) => void request.pipe(response));
    await using listening = await listen(server);
    const echo = { method: 'POST', path: '/', headers: { 'X-A': 'b' }, body: '{"a":1}' };
    const result = await run(listening.port, {
      protocol: 'h2',
      requests: [echo],
      sampleRatio: 1,
      validators: { json: { ratio: 1, contains: { a: 1 } } },
    });
    expect(result.counts.ok).toBe(30);
    expect(Buffer.from(result.samples[0]!.bodyBase64, 'base64').toString()).toBe('{"a":1}');
  });

  test.each<{ name: string; server: () => Http2Server; kind: 'reset' | 'timeout' | 'status' }>([
    { name: 'a reset stream', server: () => createHttp2((request) => request.stream.close(2)), kind: 'reset' },
    { name: 'silence', server: () => createHttp2(() => {}), kind: 'timeout' },
    {
      name: 'an error status',
      server: () =>
        createHttp2((_request, response) => {
          response.statusCode = 500;
          response.end();
        }),
      kind: 'status',
    },
    {
      name: 'a closed connection',
      server: () => createHttp2((request) => request.stream.session?.destroy()),
      kind: 'reset',
    },
  ])('classes $name', async ({ server, kind }) => {
    await using listening = await listen(server());
    const result = await run(listening.port, {
      protocol: 'h2',
      timeoutMs: kind === 'timeout' ? 200 : 5_000,
      stop: { requests: 6 },
    });
    expect(result.counts).toEqual({
      ok: 0,
      wrong: 0,
      status: 0,
      reset: 0,
      timeout: 0,
      cutOff: 0,
      neverSent: 0,
      [kind]: 6,
    });
  });

  test('a server that speaks HTTP/1.1 only is a failure, not a crash', async () => {
    await using server = await listen(createHttp(hello));
    const result = await run(server.port, { protocol: 'h2', stop: { requests: 6 }, timeoutMs: 500 });
    expect(result.counts.ok).toBe(0);
    expect(Object.values(result.counts).reduce((sum, count) => sum + count, 0)).toBe(6);
  });
});

describe('workers', () => {
  // autocannon -c 10 -w 3 runs 9 connections.
  test('share connections and requests exactly', async () => {
    await using server = await listen(createHttp({ keepAliveTimeout: 60_000 }, hello));
    const result = await run(server.port, {
      workers: 3,
      model: { kind: 'closed', connections: 10 },
      stop: { requests: 1_000 },
    });
    expect(server.accepted).toBe(10);
    expect(result).toMatchObject({ workers: 3, counts: { ok: 1_000 }, bodyBytes: 5_000 });
  });

  test.each([1, 2, 3])('%d of them keep the same rate', async (workers) => {
    await using server = await listen(createHttp({ keepAliveTimeout: 60_000 }, hello));
    const result = await run(server.port, {
      workers,
      model: { kind: 'open', connections: 12, ratePerS: 300, arrivals: 'constant' },
      stop: { durationMs: 1_000 },
    });
    expect(Object.values(result.counts).reduce((sum, count) => sum + count, 0)).toBe(300);
    expect(result.counts.ok).toBeGreaterThan(290);
    expect(result.timeline.reduce((sum, { ok }) => sum + ok, 0)).toBe(result.counts.ok);
  });

  test('tell when the host is unknown', async () => {
    await expect(run(1, { workers: 2, target: { host: 'no-such-host.invalid', port: 1 } })).rejects.toMatchObject({
      code: 'load.failed',
    });
  });

  test('stop when they are told to', async () => {
    await using server = await listen(createHttp({ keepAliveTimeout: 60_000 }, hello));
    const signal = AbortSignal.timeout(500);
    const result = await runLoad(job(server.port, { workers: 2, stop: { durationMs: 60_000 } }), systemClock, {
      signal,
    });
    expect(result.endedEarly).toBe(true);
    expect(result.elapsedMs).toBeLessThan(10_000);
  });
});

test('a thousand connections hold', async () => {
  await using server = await listen(createHttp({ keepAliveTimeout: 60_000 }, hello));
  const result = await run(server.port, {
    model: { kind: 'closed', connections: 1_000 },
    stop: { requests: 20_000 },
    timeoutMs: 30_000,
  });
  expect(server.accepted).toBe(1_000);
  expect(result.counts.ok).toBe(20_000);
});
