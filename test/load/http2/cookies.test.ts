import { once } from 'node:events';
import { createServer, type Http2Session, type IncomingHttpHeaders } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { encodeRequest, withCookies } from '../../../src/load/http2/request-block.ts';
import { nothing, run } from './jobs.ts';

/** Gives each connection cookies of its own, and notes what comes back. */
const startServer = async (setCookies: (user: number, request: number) => readonly string[]) => {
  const seen: { readonly user: number; readonly headers: IncomingHttpHeaders }[] = [];
  const users = new Map<Http2Session, number>();
  const server = createServer();
  server.on('session', (session) => users.set(session, users.size));
  server.on('stream', (stream, headers) => {
    const user = users.get(stream.session!)!;
    const count = seen.filter((one) => one.user === user).length;
    seen.push({ user, headers });
    stream.respond({ ':status': 200, 'set-cookie': [...setCookies(user, count)] });
    stream.end('x');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    seen,
    async [Symbol.asyncDispose]() {
      for (const session of users.keys()) session.destroy();
      server.close();
      await once(server, 'close');
    },
  };
};

test('each connection sends back the cookies that it was given', async () => {
  await using server = await startServer((user, request) => (request === 0 ? [`user=${user}; Path=/`, 'a=b'] : []));
  const result = await run(server.port, {
    keepsCookies: true,
    model: { kind: 'closed', connections: 2 },
    requests: [{ method: 'GET', path: '/', headers: { cookie: 'own=1' } }],
    stop: { requests: 20 },
  });
  expect(result.counts).toEqual({ ...nothing, ok: 20 });
  for (const user of [0, 1]) {
    const cookies = server.seen.filter((one) => one.user === user).map(({ headers }) => headers.cookie);
    expect(cookies.length).toBeGreaterThan(1);
    expect(cookies).toEqual(cookies.map((_, index) => (index === 0 ? 'own=1' : `own=1; user=${user}; a=b`)));
  }
});

test('the latest value holds, and an age of 0 forgets', async () => {
  const answers = [['a=1', 'b=1'], ['a=2'], ['b=; Max-Age=0'], []];
  await using server = await startServer((_user, request) => answers[request]!);
  await run(server.port, { keepsCookies: true, stop: { requests: 4 } });
  expect(server.seen.map(({ headers }) => headers.cookie)).toEqual([undefined, 'a=1; b=1', 'a=2; b=1', 'a=2']);
});

test('several streams of a connection are one user', async () => {
  await using server = await startServer(() => ['a=b']);
  const result = await run(server.port, { keepsCookies: true, streamsPerConnection: 5, stop: { requests: 50 } });
  expect(result.counts.ok).toBe(50);
  expect(server.seen.filter(({ headers }) => headers.cookie === 'a=b').length).toBeGreaterThanOrEqual(45);
});

test('nobody sends back what he was not asked to', async () => {
  await using server = await startServer(() => ['a=b']);
  await run(server.port, { stop: { requests: 3 } });
  expect(server.seen.map(({ headers }) => headers.cookie)).toEqual([undefined, undefined, undefined]);
});

test('cookies make the frame longer, and nothing else of it', () => {
  const request = encodeRequest({ method: 'POST', path: '/', headers: {}, body: 'x' }, 'http', 'a.test');
  const longer = withCookies(request, 'a=b');
  expect(longer.block.startsWith(request.block)).toBe(true);
  expect(longer.framePrefix.charCodeAt(2)).toBe(longer.block.length);
  expect(longer.framePrefix.slice(3)).toBe(request.framePrefix.slice(3));
  expect(withCookies(request, '')).toBe(request);
});
