import { once } from 'node:events';
import { createServer, type Http2Server, type ServerHttp2Stream } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { describe, expect, test } from 'vitest';
import { answersWith } from '../servers/http2/answers-with.ts';
import {
  answer,
  answerHead,
  codes,
  flags,
  frame,
  goaway,
  literal,
  reset,
  settings,
  status200,
  types,
} from '../servers/http2/frames.ts';
import { pushes } from '../servers/http2/pushes.ts';
import { resetsStreams } from '../servers/http2/resets-streams.ts';
import { shutsDownWithError } from '../servers/http2/shuts-down-with-error.ts';
import { nothing, run } from './jobs.ts';

interface Listening extends AsyncDisposable {
  readonly port: number;
}

const listen = async (server: Http2Server): Promise<Listening> => {
  const sessions = new Set<{ destroy(): void }>();
  server.on('session', (session) => sessions.add(session));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      server.close();
      for (const session of sessions) session.destroy();
    },
  };
};

const serve = (
  behave: (stream: ServerHttp2Stream) => void,
  options: Parameters<typeof createServer>[0] = {},
): Promise<Listening> => {
  const server = createServer(options);
  server.on('stream', (stream) => {
    stream.on('error', () => {});
    behave(stream);
  });
  return listen(server);
};

const data = (id: number, text: string, isLast: boolean): Buffer =>
  frame(types.data, isLast ? flags.endStream : 0, id, Buffer.from(text));

describe('errors have their names', () => {
  test.each([
    { code: codes.internal, name: 'INTERNAL_ERROR' },
    { code: codes.calm, name: 'ENHANCE_YOUR_CALM' },
    { code: codes.cancel, name: 'CANCEL' },
    { code: codes.none, name: 'NO_ERROR' },
    { code: 0xd, name: 'HTTP_1_1_REQUIRED' },
    { code: 0x1234, name: 'unknown error code' },
  ])('a stream that is reset with $name', async ({ code, name }) => {
    await using server = await resetsStreams(code);
    const result = await run(server.port, { stop: { requests: 5 } });
    expect(result.counts).toEqual({ ...nothing, reset: 5 });
    expect(result.errors).toEqual({ [`stream reset: ${name}`]: 5 });
    expect(server.accepted).toBe(1);
  });

  test('a connection that is shut down with a request on its way', async () => {
    await using server = await shutsDownWithError(codes.calm);
    const result = await run(server.port, { stop: { requests: 2 } });
    expect(result.counts).toEqual({ ...nothing, reset: 2 });
    expect(result.errors).toEqual({ 'connection shut down: ENHANCE_YOUR_CALM': 2 });
  });
});

test('a server that says goodbye and leaves TCP open does not keep the end waiting', async () => {
  await using server = await answersWith((id) => [answer(id), goaway(id, codes.none)]);
  const startMs = performance.now();
  const result = await run(server.port, { stop: { requests: 5 } });
  expect(result.counts).toEqual({ ...nothing, ok: 5 });
  expect(performance.now() - startMs).toBeLessThan(20_000);
});

describe('pushes are off:', () => {
  test('one before the server has read that is refused, and the answer counts', async () => {
    await using server = await pushes(true);
    const result = await run(server.port, { stop: { requests: 10 } });
    expect(result.counts).toEqual({ ...nothing, ok: 10 });
  });

  test('one after that is an error of the connection', async () => {
    await using server = await pushes(false);
    const result = await run(server.port, { stop: { requests: 3 } });
    expect(result.counts).toEqual({ ...nothing, reset: 3 });
    expect(result.errors).toEqual({ 'broken HTTP/2: a push, which was not allowed (PROTOCOL_ERROR)': 3 });
  });
});

describe('an answer', () => {
  test('of a megabyte comes whole on every stream, and no window holds it up', async () => {
    const body = Buffer.alloc(1_500_000, 'x');
    // Node’s server keeps at most 10 MB of answers for a connection.
    await using server = await serve((stream) => {
      stream.respond({ ':status': 200, 'content-length': body.length });
      stream.end(body);
    });
    const result = await run(server.port, {
      streamsPerConnection: 6,
      stop: { requests: 40 },
      validators: { bodyBytes: body.length },
      timeoutMs: 30_000,
    });
    expect(result.errors).toEqual({});
    expect(result.counts).toEqual({ ...nothing, ok: 40 });
    expect(result.bodyBytes).toBe(40 * body.length);
  });

  test('may have words before it and trailers after it', async () => {
    await using server = await serve((stream) => {
      stream.additionalHeaders({ ':status': 103 });
      stream.respond({ ':status': 200 }, { waitForTrailers: true });
      stream.on('wantTrailers', () => stream.sendTrailers({ 'x-sum': '1' }));
      stream.end('hello');
    });
    const result = await run(server.port);
    expect(result.counts).toEqual({ ...nothing, ok: 30 });
    expect(result.statusCodes).toEqual({ 200: 30 });
  });

  test('to HEAD has no body, whatever its length would be', async () => {
    await using server = await answersWith((id) => [
      frame(types.headers, flags.endStream | flags.endHeaders, id, [...status200, ...literal('content-length', '5')]),
    ]);
    const head = { method: 'HEAD', path: '/', headers: {} };
    expect((await run(server.port, { requests: [head] })).counts.ok).toBe(30);
    expect((await run(server.port, { stop: { requests: 2 } })).counts.reset).toBe(2);
  });

  test('that comes before the end of a body is whole', async () => {
    await using server = await answersWith((id) => [answer(id), reset(id, codes.none)]);
    const post = { method: 'POST', path: '/', headers: {}, body: 'x'.repeat(1_000_000) };
    const result = await run(server.port, { requests: [post], stop: { requests: 5 } });
    expect(result.counts).toEqual({ ...nothing, ok: 5 });
    expect(server.accepted).toBe(1);
  });

  test.each<{ name: string; frames: (id: number) => Buffer[]; says: RegExp }>([
    {
      name: 'a body shorter than its length',
      frames: (id) => [answerHead(id, [...status200, ...literal('content-length', '5')]), data(id, 'hell', true)],
      says: /content-length/,
    },
    {
      name: 'a body longer than its length',
      frames: (id) => [answerHead(id, [...status200, ...literal('content-length', '5')]), data(id, 'helloo', true)],
      says: /content-length/,
    },
    {
      name: 'two lengths',
      frames: (id) => [
        answerHead(id, [...status200, ...literal('content-length', '5'), ...literal('content-length', '6')]),
        data(id, 'hello', true),
      ],
      says: /two content-lengths/,
    },
    { name: 'no status', frames: (id) => [answerHead(id, literal('a', 'b'))], says: /no status/ },
    { name: 'an empty head', frames: (id) => [answerHead(id, [])], says: /no status/ },
    { name: 'a body before its head', frames: (id) => [data(id, 'x', true)], says: /a body before its head/ },
    { name: 'a second head', frames: (id) => [answerHead(id), answerHead(id)], says: /two heads/ },
    {
      name: 'a field of HTTP/1.1',
      frames: (id) => [answerHead(id, [...status200, ...literal('connection', 'close')])],
      says: /a field of HTTP\/1\.1: connection/,
    },
    {
      name: 'upper case',
      frames: (id) => [answerHead(id, [...status200, ...literal('Server', 'x')])],
      says: /field name/,
    },
    {
      name: 'a status after other fields',
      frames: (id) => [answerHead(id, [...literal('a', 'b'), ...status200])],
      says: /status after other fields/,
    },
  ])('with $name is malformed, and the connection goes on', async ({ frames, says }) => {
    await using server = await answersWith(frames);
    const result = await run(server.port, { stop: { requests: 4 } });
    expect(result.counts).toEqual({ ...nothing, reset: 4 });
    expect(Object.keys(result.errors)).toEqual([expect.stringMatching(says)]);
    expect(server.accepted).toBe(1);
  });

  test.each<{ name: string; frames: (id: number) => Buffer[]; says: RegExp }>([
    { name: 'an index beyond the table', frames: (id) => [answerHead(id, [0xff, 0x10])], says: /COMPRESSION_ERROR/ },
    {
      name: 'a broken Huffman coding',
      frames: (id) => [answerHead(id, [0, 0x81, 0xff, 0x81, 0x1f])],
      says: /COMPRESSION_ERROR/,
    },
    {
      name: 'a frame of another stream within a head',
      frames: (id) => [frame(types.headers, 0, id, status200), answer(id)],
      says: /within a head/,
    },
    { name: 'a stream that was never opened', frames: (id) => [answer(id + 2)], says: /never opened/ },
    { name: 'settings of a broken length', frames: () => [frame(types.settings, 0, 0, [1])], says: /FRAME_SIZE_ERROR/ },
    {
      name: 'a window opened by nothing',
      frames: () => [frame(types.window, 0, 0, [0, 0, 0, 0])],
      says: /PROTOCOL_ERROR/,
    },
    {
      name: 'a window beyond 2 GiB',
      frames: () => [frame(types.window, 0, 0, [127, 255, 255, 255])],
      says: /FLOW_CONTROL_ERROR/,
    },
    {
      name: 'a frame beyond 16 KiB',
      frames: (id) => [frame(types.data, 0, id, Buffer.alloc(16_385))],
      says: /FRAME_SIZE_ERROR/,
    },
    {
      name: 'more padding than frame',
      frames: (id) => [frame(types.headers, 0xd, id, [9, 0x88])],
      says: /PROTOCOL_ERROR/,
    },
    {
      name: 'a padded frame without padding',
      frames: (id) => [frame(types.headers, 0xd, id, [])],
      says: /PROTOCOL_ERROR/,
    },
  ])('with $name breaks the connection', async ({ frames, says }) => {
    await using server = await answersWith(frames);
    const result = await run(server.port, { stop: { requests: 3 } });
    expect(result.counts).toEqual({ ...nothing, reset: 3 });
    expect(Object.keys(result.errors)).toEqual([expect.stringMatching(says)]);
    expect(server.accepted).toBe(3);
  });

  test('that is padded is read without its padding', async () => {
    await using server = await answersWith((id) => [
      frame(types.headers, 0x8 | flags.endHeaders, id, [2, ...status200, 0, 0]),
      frame(types.data, 0x8 | flags.endStream, id, [3, 104, 105, 0, 0, 0]),
    ]);
    const result = await run(server.port, { sampleRatio: 1 });
    expect(result.counts.ok).toBe(30);
    expect(Buffer.from(result.samples[0]!.bodyBase64, 'base64').toString()).toBe('hi');
  });

  test('from a server with settings of every kind', async () => {
    await using server = await answersWith(
      (id) => [answer(id)],
      settings([1, 0], [4, 1], [5, 20_000], [6, 9], [200, 7]),
    );
    expect((await run(server.port)).counts.ok).toBe(30);
  });
});

describe('a request body', () => {
  test.each([0, 1, 16_384, 16_385, 100_000, 1_000_000])('of %d bytes goes through small windows', async (bytes) => {
    await using server = await serve(
      (stream) => {
        let seen = 0;
        stream.on('data', (part: Buffer) => {
          seen += part.length;
        });
        stream.on('end', () => {
          stream.respond({ ':status': seen === bytes ? 200 : 400 });
          stream.end();
        });
      },
      { settings: { initialWindowSize: 5_000 } },
    );
    const post = { method: 'POST', path: '/', headers: {}, body: 'x'.repeat(bytes) };
    const result = await run(server.port, { requests: [post], streamsPerConnection: 3, stop: { requests: 6 } });
    expect(result.counts).toEqual({ ...nothing, ok: 6 });
  });

  test('has a content-length', async () => {
    const seen: unknown[] = [];
    const server = createServer((request, response) => {
      seen.push([request.method, request.headers['content-length']]);
      response.end();
    });
    await using listening = await listen(server);
    await run(listening.port, {
      order: 'sequence',
      stop: { requests: 4 },
      requests: [
        { method: 'POST', path: '/', headers: {}, body: 'grüß' },
        { method: 'PUT', path: '/', headers: {} },
        { method: 'GET', path: '/', headers: {} },
        { method: 'PATCH', path: '/', headers: { 'Content-Length': '2' }, bodyBase64: 'AAE=' },
      ],
    });
    expect(seen).toEqual([
      ['POST', '6'],
      ['PUT', '0'],
      ['GET', undefined],
      ['PATCH', '2'],
    ]);
  });
});

test('the fields of a request arrive as they were given', async () => {
  let seen: unknown;
  const server = createServer((request, response) => {
    seen = request.headers;
    response.end();
  });
  await using listening = await listen(server);
  const long = 'x'.repeat(20_000);
  await run(listening.port, {
    stop: { requests: 1 },
    requests: [
      {
        method: 'GET',
        path: '/a?b=c',
        headers: { Host: 'other.test', 'X-Mixed': ' v ', Authorization: 'Basic eDp5', TE: 'trailers', 'X-Long': long },
      },
    ],
  });
  expect(seen).toMatchObject({
    ':method': 'GET',
    ':path': '/a?b=c',
    ':scheme': 'http',
    ':authority': 'other.test',
    'x-mixed': 'v',
    authorization: 'Basic eDp5',
    te: 'trailers',
    'x-long': long,
  });
  expect(seen).not.toHaveProperty('host');
});

test('repeated fields are kept in order, and text goes out as UTF-8', async () => {
  let seen: readonly string[] = [];
  const server = createServer((request, response) => {
    seen = request.rawHeaders;
    response.end();
  });
  await using listening = await listen(server);
  const headers = [
    ['X-A', '1'],
    ['X-B', 'Zoë 東'],
    ['X-A', '2'],
  ] as const;
  await run(listening.port, { stop: { requests: 1 }, requests: [{ method: 'GET', path: '/', headers }] });
  const fields = seen.map((text) => Buffer.from(text, 'latin1').toString('utf8'));
  expect(fields.slice(fields.indexOf('x-a'))).toEqual(['x-a', '1', 'x-b', 'Zoë 東', 'x-a', '2']);
});

describe('fields of HTTP/1.1’s connections are refused before the load', () => {
  test.each([
    ['Connection', 'close'],
    ['keep-alive', 'timeout=5'],
    ['Transfer-Encoding', 'chunked'],
    ['Upgrade', 'h2c'],
    ['Proxy-Connection', 'keep-alive'],
    ['TE', 'gzip'],
    ['Content-Length', '3'],
  ])('%s: %s', async (name, value) => {
    await expect(
      (async () => run(1, { requests: [{ method: 'GET', path: '/', headers: { [name]: value } }] }))(),
    ).rejects.toMatchObject({ code: 'load.invalid' });
  });
});
