import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openRowWriter } from '../../../src/cli/load/row-writer.ts';
import { type LoadResult, loadJob } from '../../../src/load/index.ts';
import { decodeHistogram } from '../../../src/stats/index.ts';
import { answer, type Script } from '../../support/scripted-server.ts';
import { hello, loaded } from './run.ts';

let folder: string;
const file = (name: string): string => join(folder, name);
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pitwall-test-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** Soup is there, and nothing else. */
const soupOnly: Script = (socket, request) =>
  socket.write(request.includes('/soup') ? answer('soup') : 'HTTP/1.1 404 No\r\nContent-Length: 1\r\n\r\nx');

const percentiles = ['p10', 'p25', 'p50', 'p75', 'p90', 'p95', 'p99', 'p99.9', 'p99.99'];

describe('JSON', () => {
  test("has oha's keys, every one, and pitwall beside them", async () => {
    const list = (await readFile(new URL('../fixtures/oha-json-keys.txt', import.meta.url), 'utf8')).trim().split('\n');
    const { stdout } = await loaded(hello, '-n', '20', '-c', '2', '-j', '--stats-success-breakdown');
    const json = JSON.parse(stdout);
    const find = (path: string): unknown =>
      path.split('.').reduce<unknown>((value, key) => (value as Record<string, unknown>)?.[key], json);
    expect(list.filter((path) => find(path) === undefined)).toEqual([]);
    expect(Object.keys(json).toSorted()).toEqual(
      [...new Set(list.map((path) => path.split('.')[0]!)), 'pitwall'].toSorted(),
    );
    for (const path of list.filter((one) => /ercentiles/.test(one)))
      expect(Object.keys(find(path) as object)).toEqual(percentiles);
    const plain = JSON.parse((await loaded(hello, '-n', '1', '-j')).stdout);
    expect(Object.keys(plain).filter((key) => /Successful$/.test(key))).toEqual([]);
  });

  test('counts first bytes and answers of other statuses', async () => {
    const slowBody: Script = (socket, _request, index) => {
      if (index % 2 === 1) return void socket.write('HTTP/1.1 503 No\r\nContent-Length: 0\r\n\r\n');
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nso');
      setTimeout(() => socket.write('up'), 60);
      return undefined;
    };
    const json = JSON.parse((await loaded(slowBody, '-n', '8', '-c', '1', '-j', '--stats-success-breakdown')).stdout);
    const sum = (bins: Record<string, number>) => Object.values(bins).reduce((total, count) => total + count, 0);
    expect([sum(json.firstByteHistogram), sum(json.responseTimeHistogramSuccessful)]).toEqual([4, 4]);
    expect(sum(json.responseTimeHistogramNotSuccessful)).toBe(4);
    expect(json.firstBytePercentiles.p50).toBeLessThan(json.latencyPercentiles.p50 - 0.04);
    expect(json.latencyPercentilesNotSuccessful.p50).toBeLessThan(json.latencyPercentilesSuccessful.p50);
    expect(json.metrics.latency_ms.p50).toBeCloseTo(json.latencyPercentiles.p50 * 1_000, 6);
  });
});

describe('--stats-success-breakdown', () => {
  test('shows the times of both kinds in the text', async () => {
    const { stdout } = await loaded(soupOnly, '-n', '4', '-c', '1', '--stats-success-breakdown');
    expect(stdout).toContain('\nResponse time histogram (ok and wrong):\n  (no answers)\n');
    expect(stdout).toMatch(/\nResponse time distribution \(other statuses\):\n {2}10\.00% in [\d.]+ \w+\n/);
  });
});

describe('--requests', () => {
  const run = async (...options: string[]) => {
    await writeFile(
      file('requests.yaml'),
      '- path: /soup\n  route: "soup, hot"\n- path: /soup?size=2\n  route: "soup, hot"\n- path: /bread?x=1\n- { path: /bread?x=2, method: HEAD }\n',
    );
    return loaded(soupOnly, '--requests', file('requests.yaml'), '--order', 'sequence', ...options);
  };
  const routesOf = ({ stdout }: { readonly stdout: string }) => JSON.parse(stdout).pitwall as LoadResult;

  test.each([
    { kind: 'closed loop', options: ['-n', '16', '-c', '1'] },
    { kind: 'open loop', options: ['-n', '16', '-q', '200'] },
    { kind: 'two workers', options: ['-n', '16', '-c', '2', '--workers', '2'] },
  ])('has classes, rates and histograms by route: $kind', async ({ options }) => {
    const { routes = [], requestsPerSecond, histograms, bodyBytes } = routesOf(await run('-j', ...options));
    expect(routes.map(({ name, counts, statusCodes }) => [name, counts.ok, counts.status, statusCodes])).toEqual([
      ['soup, hot', 8, 0, { 200: 8 }],
      ['GET /bread', 0, 4, { 404: 4 }],
      ['HEAD /bread', 0, 4, { 404: 4 }],
    ]);
    expect(routes.reduce((sum, route) => sum + route.requestsPerSecond, 0)).toBeCloseTo(requestsPerSecond, 6);
    expect(routes.reduce((sum, route) => sum + route.bodyBytes, 0)).toBe(bodyBytes);
    expect(routes.map(({ histograms: { serviceTimeNs } }) => decodeHistogram(serviceTimeNs).total)).toEqual([8, 0, 0]);
    expect(decodeHistogram(histograms.statusTimeNs!).total).toBe(8);
    if (options.includes('-q')) expect(routes[0]!.responseMs!.max).toBeGreaterThanOrEqual(routes[0]!.latencyMs.max);
  });

  test('has them in the text, the percentile spectrum and the rows', async () => {
    const { stdout: text } = await run('-n', '8', '-c', '1');
    expect(text).toMatch(/\nBy route \(times in ms\) +ok\/s +ok +failed +p50 +p99 +max\n {2}soup, hot +[\d.]+ +4 +0 /);
    const { stdout: hdr } = await run('-n', '8', '-c', '1', '--format', 'hdr');
    expect([...hdr.matchAll(/^#\[Route = (.*)\]$/gm)].map(([, name]) => name)).toEqual([
      'soup, hot',
      'GET /bread',
      'HEAD /bread',
    ]);
    const { stdout: csv } = await run('-n', '4', '-c', '1', '--format', 'csv');
    const rows = csv.trim().split('\n');
    expect(rows[0]).toMatch(/,status,route$/);
    expect(rows.slice(1).map((row) => row.split(',').slice(6).join(','))).toEqual([
      '200,"soup, hot"',
      '200,"soup, hot"',
      '404,GET /bread',
      '404,HEAD /bread',
    ]);
  });

  test('leaves routes out where nothing names them', async () => {
    expect(routesOf(await loaded(hello, '-n', '2', '-j')).routes).toBeUndefined();
  });

  test('puts routes beyond 256 together', async () => {
    const paths = Array.from({ length: 1_000 }, (_, index) => `- path: /soup/${index}`);
    await writeFile(file('many.yaml'), paths.join('\n'));
    const { routes = [] } = routesOf(
      await loaded(soupOnly, '--requests', file('many.yaml'), '--order', 'sequence', '-n', '1000', '-j'),
    );
    expect([routes.length, routes.at(-1)!.name, routes.at(-1)!.counts.ok]).toEqual([256, 'all others', 745]);
  });
});

describe('rows of answers', () => {
  const job = loadJob({
    target: { host: '127.0.0.1', port: 1 },
    authority: 'a.test',
    requests: [{ method: 'GET', path: '/', headers: {} }],
    model: { kind: 'closed', connections: 1 },
    stop: { requests: 1 },
  });
  const row = {
    requestIndex: 0,
    startNs: 1,
    dnsNs: 0,
    dialNs: 0,
    firstByteNs: 1,
    durationNs: 2,
    bytes: 3,
    status: 200,
  };

  test('are written as they come, and not held', () => {
    const written: number[] = [];
    const io = { stdout: (text: string) => void written.push(text.length) } as Parameters<typeof openRowWriter>[2];
    const writer = openRowWriter(job, undefined, io);
    for (let index = 0; index < 20_000; index++) writer.take(row);
    writer.close();
    expect(Math.max(...written)).toBeLessThan(70_000);
    expect(written.length).toBeGreaterThan(4);
  });

  test('go to a file, and a full disk is told at the end', async () => {
    const io = { stdout: () => {} } as unknown as Parameters<typeof openRowWriter>[2];
    const writer = openRowWriter(job, file('rows.csv'), io);
    for (let index = 0; index < 5_000; index++) writer.take(row);
    writer.close();
    expect((await readFile(file('rows.csv'), 'utf8')).trim().split('\n')).toHaveLength(5_001);
    const full = openRowWriter(job, '/dev/full', io);
    for (let index = 0; index < 5_000; index++) full.take(row);
    expect(() => full.close()).toThrow(/can't be written/);
  });

  test('are in the file of -o, and quiet says nothing', async () => {
    const { stdout } = await loaded(hello, '-n', '5', '-c', '1', '--format', 'csv', '-o', file('out.csv'));
    expect([stdout, (await readFile(file('out.csv'), 'utf8')).trim().split('\n').length]).toEqual(['', 6]);
    expect((await loaded(hello, '-n', '2', '--output-format', 'quiet')).stdout).toBe('');
  });
});
