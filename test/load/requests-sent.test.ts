import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text as readText } from 'node:stream/consumers';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { systemClock } from '../../src/base/index.ts';
import {
  jobFromOptions,
  type LoadFiles,
  type LoadOptions,
  type loadJob,
  parseRequests,
  runLoad,
} from '../../src/load/index.ts';
import { mergeHeaders } from '../../src/load/job/request-headers.ts';
import { answer, startScriptedServer } from '../support/scripted-server.ts';

const usual: LoadOptions = {
  c: '1',
  n: '1',
  p: '1',
  arrivals: 'constant',
  keepalive: true,
  order: 'mix',
  workers: '1',
  seed: '1',
  expectJsonRatio: '0.01',
};

/** What reaches a server of a request made from options; one character a byte. */
const sentBy = async (
  options: Partial<LoadOptions>,
  files: LoadFiles = {},
  url = (port: number) => `http://127.0.0.1:${port}/`,
) => {
  await using server = await startScriptedServer((socket) => socket.write(answer('')));
  const result = await runLoad(jobFromOptions(url(server.port), { ...usual, ...options }, files), systemClock);
  expect(result.counts.ok).toBe(1);
  return server.requests[0]!;
};
/** The fields that an option asked for. */
const splitLines = (text: string): string[] => {
  const usualLine = /^(host: |Accept: \*\/\*$|Accept-Encoding: gzip, |User-Agent: pitwall$)/;
  return text
    .split('\r\n')
    .slice(1, text.split('\r\n').indexOf(''))
    .filter((line) => !usualLine.test(line) && !line.startsWith('Host: '));
};
const jobOf = (options: Partial<LoadOptions>, url = 'http://a.test/', files: LoadFiles = {}) =>
  jobFromOptions(url, { ...usual, ...options }, files);

describe('header fields', () => {
  test('that repeat are sent in their order', async () => {
    const header = ['X-A: 1', 'X-B: 3', 'X-A: 2', 'x-a: 0'];
    expect(splitLines(await sentBy({ header }))).toEqual(['X-A: 1', 'X-B: 3', 'X-A: 2', 'x-a: 0']);
  });

  test.each<{ name: string; options: Partial<LoadOptions>; lines: string[] }>([
    { name: '-T', options: { contentType: 'a/b', header: ['content-type: c/d'] }, lines: ['content-type: c/d'] },
    {
      name: '-A',
      options: { accept: 'a/b', header: ['ACCEPT: c/d', 'accept: e'] },
      lines: ['ACCEPT: c/d', 'accept: e'],
    },
    { name: '-a', options: { basicAuth: 'a:b', header: ['authorization: mine'] }, lines: ['authorization: mine'] },
    { name: 'one before', options: { header: ['User-Agent: a', 'user-agent: b'] }, lines: ['user-agent: b'] },
    {
      name: 'no cookie',
      options: { header: ['Cookie: a=1', 'X: y', 'cookie: b=2'] },
      lines: ['Cookie: a=1; b=2', 'X: y'],
    },
  ])('given by -H replace $name', async ({ options, lines }) => {
    expect(splitLines(await sentBy(options))).toEqual(lines);
  });

  test('Host: given by -H is sent once', async () => {
    const text = await sentBy({ host: 'a.test', header: ['host: b.test'] });
    expect(text.match(/host: .*/gi)).toEqual(['host: b.test']);
  });

  test('of a file replace those of the command line, and may repeat', async () => {
    const requests = await parseRequests('- {path: /, headers: {x-a: [p, q], Content-Type: e/f}}', 'f');
    const text = await sentBy({ header: ['X-A: 1', 'X-B: 2'], contentType: 'a/b' }, { requests });
    expect(splitLines(text)).toEqual(['X-B: 2', 'x-a: p', 'x-a: q', 'Content-Type: e/f']);
  });

  test('are merged so that no single-valued one is there twice, and no other is lost', () => {
    const name = fc.constantFrom('X-A', 'x-a', 'Accept', 'Content-Type', 'content-type', 'HOST', 'Host');
    const list = fc.array(fc.tuple(name, fc.constantFrom('1', '2', '3')), { maxLength: 6 });
    fc.assert(
      fc.property(list, list, (before, after) => {
        const merged = mergeHeaders(before, after);
        const valuesIn = (fields: typeof merged, wanted: string) =>
          fields.filter((field) => field[0].toLowerCase() === wanted).map((field) => field[1]);
        for (const wanted of ['x-a', 'accept']) {
          const from = valuesIn(after, wanted).length > 0 ? after : before;
          expect(valuesIn(merged, wanted)).toEqual(valuesIn(from, wanted));
        }
        for (const wanted of ['content-type', 'host']) {
          expect(valuesIn(merged, wanted)).toEqual([...valuesIn(before, wanted), ...valuesIn(after, wanted)].slice(-1));
        }
      }),
    );
  });

  test.each(['Zoë', '日本', '😀', 'a\u00a0b'])('of the value %s go out as UTF-8', async (value) => {
    const [line] = splitLines(await sentBy({ header: [`X-N: ${value}`] }));
    expect(Buffer.from(line!, 'latin1').toString('utf8')).toBe(`X-N: ${value}`);
  });

  test('cookies of a connection join those of the request', async () => {
    await using server = await startScriptedServer((socket) => socket.write(answer('', 'Set-Cookie: n=1')));
    const job = jobFromOptions(
      `http://127.0.0.1:${server.port}/`,
      { ...usual, n: '2', cookies: true, header: ['Cookie: a=b'] },
      {},
    );
    await runLoad(job, systemClock);
    expect(server.requests.map((text) => text.match(/cookie: .*/gi))).toEqual([['Cookie: a=b'], ['Cookie: n=1; a=b']]);
  });
});

describe('control characters are refused', () => {
  test.each<{ name: string; options: Partial<LoadOptions> }>([
    { name: '--host with a line break', options: { host: 'x\r\nY: z' } },
    { name: '--host with a blank', options: { host: 'x y' } },
    { name: '--host with a zero byte', options: { host: 'x\0' } },
    { name: '-H with a line feed', options: { header: ['a: b\nc: d'] } },
    { name: '-H with a line feed at its end', options: { header: ['a: b\n'] } },
    { name: '-H with a zero byte', options: { header: ['a: \0'] } },
    { name: '-H with a delete', options: { header: ['a: \x7f'] } },
    { name: '-H with a line break in its name', options: { header: ['a\r\nb: c'] } },
    { name: '-A with a line break', options: { accept: 'a\r\nb: c' } },
    { name: '-T with a line break', options: { contentType: 'a\r\nb: c' } },
    { name: '-a with a line break', options: { basicAuth: 'a\n:b' } },
    { name: '-m with a line break', options: { method: 'GET / HTTP/1.1\r\nX:' } },
    { name: '--sni with a line break', options: { sni: 'a\r\nb' } },
    { name: '--unix-socket with a zero byte', options: { unixSocket: '/a\0b' } },
  ])('$name', ({ options }) => {
    expect(() => jobOf(options, 'https://a.test/')).toThrow(expect.objectContaining({ code: 'load.invalid' }));
  });
});

describe('the framing of a request', () => {
  test.each(['größe', '', 'x'.repeat(10_000)])('is chunked where it says so (%#)', async (body) => {
    const received: unknown[] = [];
    const server = createServer(async (request, response) => {
      const { 'transfer-encoding': coding, 'content-length': length } = request.headers;
      received.push(coding, length, await readText(request));
      response.end();
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const job = jobFromOptions(
      `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
      { ...usual, method: 'POST', header: ['Transfer-Encoding: Chunked'] },
      { body: Buffer.from(body) },
    );
    expect((await runLoad(job, systemClock)).counts.ok).toBe(1);
    server.close();
    expect(received).toEqual(['Chunked', undefined, body]);
  });

  test.each<{ name: string; header: string[]; body?: string }>([
    { name: 'another coding', header: ['Transfer-Encoding: gzip'], body: 'x' },
    { name: 'two codings', header: ['Transfer-Encoding: gzip, chunked'], body: 'x' },
    { name: 'chunked twice', header: ['Transfer-Encoding: chunked', 'transfer-encoding: chunked'], body: 'x' },
    { name: 'no coding', header: ['Transfer-Encoding: identity'], body: 'x' },
    { name: 'a length beside chunks', header: ['Transfer-Encoding: chunked', 'Content-Length: 1'], body: 'x' },
    { name: 'a length too long', header: ['Content-Length: 2'], body: 'x' },
    { name: 'a length too short', header: ['Content-Length: 0'], body: 'x' },
    { name: 'a length without a body', header: ['Content-Length: 5'] },
    { name: 'a length that is none', header: ['Content-Length: +1'], body: 'x' },
  ])('is refused before the load where it is wrong: $name', ({ header, body }) => {
    const files = body === undefined ? {} : { body: Buffer.from(body) };
    expect(() => jobOf({ method: 'POST', header }, 'http://a.test/', files)).toThrow(
      expect.objectContaining({ code: 'load.invalid' }),
    );
  });

  test('may have a length that is right', async () => {
    const text = await sentBy({ method: 'POST', header: ['content-length: 1'] }, { body: Buffer.from('x') });
    expect(splitLines(text)).toEqual(['content-length: 1']);
  });
});

describe('the URL', () => {
  const authorizationOf = (job: ReturnType<typeof loadJob>) =>
    Object.fromEntries(job.requests[0]!.headers as [string, string][])['Authorization'];
  const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`;

  test.each([
    { url: 'http://user:pass@h.test/', expected: 'user:pass' },
    { url: 'http://user@h.test/', expected: 'user:' },
    { url: 'http://:pass@h.test/', expected: ':pass' },
    { url: 'http://us%C3%ABr:p%40%3A@h.test/', expected: 'usër:p@:' },
  ])('$url authorizes', ({ url, expected }) => {
    const job = jobOf({}, url);
    expect([authorizationOf(job), job.authority, job.requests[0]!.path]).toEqual([basic(expected), 'h.test', '/']);
  });

  test.each([
    { given: 'user', expected: 'user:' },
    { given: 'user:', expected: 'user:' },
    { given: 'user:a:b', expected: 'user:a:b' },
  ])('-a $given', ({ given, expected }) => {
    expect(authorizationOf(jobOf({ basicAuth: given }, 'http://other:pass@h.test/'))).toBe(basic(expected));
  });

  test.each(['http://a%3Ab:c@h.test/', 'http://%ff@h.test/', 'http://a%0Ab@h.test/'])('%s is refused', (url) => {
    expect(() => jobOf({}, url)).toThrow(expect.objectContaining({ code: 'load.invalid' }));
  });

  test.each([
    { url: 'http://h.test/x?', path: '/x?' },
    { url: 'http://h.test?', path: '/?' },
    { url: 'http://u:p@h.test:81/x?#f', path: '/x?' },
    { url: 'http://h.test/x#', path: '/x' },
    { url: 'http://h.test/x?a=b?c#d#e', path: '/x?a=b?c' },
    { url: 'h.test/é?ü', path: '/%C3%A9?%C3%BC' },
    { url: 'http://[::1]:80//a//b', path: '//a//b' },
  ])('$url asks for $path', ({ url, path }) => expect(jobOf({}, url).requests[0]!.path).toBe(path));

  test.each([
    { url: 'https://localhost/', options: { host: 'example.org' }, serverName: 'localhost' },
    {
      url: 'https://localhost:8443/',
      options: { host: 'example.org', connectTo: ['::127.0.0.1:1'] },
      serverName: 'localhost',
    },
    { url: 'https://localhost/', options: { host: 'a', sni: 'b.test' }, serverName: 'b.test' },
    { url: 'https://[::1]/', options: { host: 'a' }, serverName: '::1' },
  ])('$url is the name for TLS, whatever --host says ($serverName)', ({ url, options, serverName }) => {
    expect(jobOf(options, url).tls?.serverName).toBe(serverName);
  });
});
