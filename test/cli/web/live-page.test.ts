import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { systemClock } from '../../../src/base/index.ts';
import { type LivePage, openLivePage } from '../../../src/cli/web/live-page.ts';
import type { LiveMessage } from '../../../src/report/index.ts';

const head = { name: 'test', about: 'A race', conditions: '50 connections', candidates: ['a', 'b'], blocks: 2 };
const assets = { script: 'void 0;', style: 'p{margin:0}' };

const open = (): Promise<LivePage> => openLivePage(0, head, assets, systemClock);

/** A request as anybody could write it. */
const ask = (
  url: string,
  { path, method = 'GET', headers = {} }: { path?: string; method?: string; headers?: Record<string, string> } = {},
): Promise<{ status: number; headers: IncomingMessage['headers']; body: string }> =>
  new Promise((resolve, reject) => {
    const { hostname, port, pathname } = new URL(url);
    const sent = request({ hostname, port, path: path ?? pathname, method, headers, agent: false }, (answer) => {
      let body = '';
      answer.on('data', (chunk: Buffer) => {
        body += chunk.toString();
      });
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body }));
    });
    sent.on('error', reject);
    sent.end();
  });

/** A viewer of the events, reading all that comes. */
const view = async (url: string, lastId?: number) => {
  const sent = request(`${url}events`, { headers: lastId === undefined ? {} : { 'last-event-id': String(lastId) } });
  sent.end();
  const [answer] = (await once(sent, 'response')) as [IncomingMessage];
  let text = '';
  answer.on('data', (chunk: Buffer) => {
    text += chunk.toString();
  });
  answer.on('error', () => {});
  return {
    messages: (): readonly LiveMessage[] => [...text.matchAll(/^data: (.*)$/gm)].map(([, json]) => JSON.parse(json!)),
    lastId: () => Number([...text.matchAll(/^id: (\d+)$/gm)].at(-1)?.[1]),
    leave: () => sent.destroy(),
  };
};

const tick = (second: number): LiveMessage => ({
  kind: 'tick',
  candidate: 'a',
  elapsedMs: 1_000 * second,
  requestsPerSecond: 100 + second,
});

const ended: LiveMessage = { kind: 'round-ended', candidate: 'a', block: 1, outcome: 'measured', remarks: [] };

describe('the doorway', () => {
  let page: LivePage;
  beforeAll(async () => {
    page = await open();
  });
  afterAll(() => page[Symbol.asyncDispose]());

  test('lets in whoever has the address, on loopback, with a policy and no way to share it', async () => {
    expect(new URL(page.url).hostname).toBe('127.0.0.1');
    const { status, headers, body } = await ask(page.url);
    expect(status).toBe(200);
    expect(body).toContain('A race');
    expect(headers['content-security-policy']).toMatch(/^default-src 'none'; script-src 'sha256-/);
    expect(headers['access-control-allow-origin']).toBeUndefined();
    expect(headers['x-content-type-options']).toBe('nosniff');
    expect(headers['referrer-policy']).toBe('no-referrer');
  });

  test.each([
    { name: 'a wrong token', change: { path: '/AAAAAAAAAAAAAAAAAAAAAAAA/' }, status: 404 },
    { name: 'no token', change: { path: '/' }, status: 404 },
    { name: 'a foreign Host', change: { headers: { host: 'evil.test' } }, status: 421 },
    { name: 'a Host with another port', change: { headers: { host: '127.0.0.1:1' } }, status: 421 },
    { name: 'a foreign Origin', change: { headers: { origin: 'http://evil.test' } }, status: 403 },
    { name: 'Origin null', change: { headers: { origin: 'null' } }, status: 403 },
    { name: 'a request that another page makes', change: { headers: { 'sec-fetch-site': 'cross-site' } }, status: 403 },
    { name: 'an address that cannot be decoded', change: { path: '/%zz' }, status: 404 },
    { name: 'the same for a foreign Host', change: { path: '/%zz', headers: { host: 'evil.test' } }, status: 421 },
    { name: 'POST', change: { method: 'POST' }, status: 405 },
    { name: 'headers beyond 8 KiB', change: { headers: { 'x-much': 'x'.repeat(10_000) } }, status: 431 },
  ])('refuses $name', async ({ change, status }) => {
    expect((await ask(page.url, change)).status).toBe(status);
  });

  test.each([
    '../../../etc/passwd',
    '..%2f..%2fetc%2fpasswd',
    'events/../../x',
    'report.html',
    '%00',
    'report/../../..',
  ])('has no way to a file: %s', async (path) => {
    const { pathname } = new URL(page.url);
    const { status, body } = await ask(page.url, { path: `${pathname}${path}` });
    expect([400, 404]).toContain(status);
    expect(body).not.toContain('root:');
  });

  test('keeps a place for whoever has the token, however many others hold connections', async () => {
    const { hostname, port } = new URL(page.url);
    const sockets = Array.from({ length: 400 }, () => connect(Number(port), hostname).on('error', () => {}));
    await Promise.all(sockets.map((socket) => Promise.race([once(socket, 'connect'), once(socket, 'close')])));
    expect((await ask(page.url)).status).toBe(200);
    for (const socket of sockets) socket.destroy();
  });

  test('tells nothing of the report before there is one', async () => {
    expect((await ask(`${page.url}report`)).status).toBe(404);
  });
});

describe('the events', () => {
  test('reach 20 viewers, whenever each of them comes', async () => {
    await using page = await open();
    page.send({ kind: 'note', text: 'early' });
    const early = await Promise.all(Array.from({ length: 10 }, () => view(page.url)));
    page.send({ kind: 'warning', text: 'later' });
    const late = await Promise.all(Array.from({ length: 10 }, () => view(page.url)));
    await expect.poll(() => [...early, ...late].map((viewer) => viewer.messages().length)).toEqual(Array(20).fill(2));
  });

  test('cost next to nothing: 20 viewers of a second take less than a hundredth of a core', async () => {
    await using page = await open();
    const viewers = await Promise.all(Array.from({ length: 20 }, () => view(page.url)));
    const seconds = 200;
    const before = process.cpuUsage();
    for (let second = 1; second <= seconds; second++) {
      page.send(tick(second));
      await sleep(1);
    }
    await expect.poll(() => viewers.map((viewer) => viewer.messages().length)).toEqual(Array(20).fill(seconds));
    const { user, system } = process.cpuUsage(before);
    // The viewers of this test are in the same process, so this is more than the race pays.
    expect((user + system) / 1e6 / seconds).toBeLessThan(0.01);
  });

  test('begin again where a viewer was cut off', async () => {
    await using page = await open();
    const first = await view(page.url);
    for (let second = 1; second <= 3; second++) page.send(tick(second));
    await expect.poll(() => first.messages().length).toBe(3);
    first.leave();
    page.send(tick(4));
    page.send(tick(5));
    const again = await view(page.url, first.lastId());
    await expect.poll(() => again.messages()).toEqual([tick(4), tick(5)]);
  });

  test('leave out what is worth nothing to those who come later', async () => {
    await using page = await open();
    for (let second = 1; second <= 100; second++) page.send(tick(second));
    page.send(ended);
    const viewer = await view(page.url);
    await expect.poll(() => viewer.messages()).toEqual([ended]);
  });

  test('do not wait for a viewer that never reads: it is let go', async () => {
    await using page = await open();
    const { hostname, port, pathname, host } = new URL(page.url);
    const socket = connect({ host: hostname, port: Number(port) });
    socket.pause();
    socket.write(`GET ${pathname}events HTTP/1.1\r\nhost: ${host}\r\n\r\n`);
    const reader = await view(page.url);
    await sleep(100);
    const text = 'x'.repeat(20_000);
    for (let count = 0; count < 1_000; count++) {
      page.send({ kind: 'warning', text });
      await sleep(1);
    }
    await expect.poll(() => reader.messages().length, { timeout: 20_000 }).toBe(1_000);
    socket.on('error', () => {});
    const closed = once(socket, 'close');
    socket.resume();
    await closed;
  });

  test('end with the report for those who are there', async () => {
    await using page = await open();
    const viewer = await view(page.url);
    const end = page.end('a serves 2x b.', '<p>report</p>');
    await expect
      .poll(() => viewer.messages().at(-1))
      .toEqual({ kind: 'ended', sentence: 'a serves 2x b.', hasReport: true });
    expect((await ask(`${page.url}report`)).body).toBe('<p>report</p>');
    await end;
  });
});
