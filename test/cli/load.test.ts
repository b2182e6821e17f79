import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { PitwallError } from '../../src/base/index.ts';
import type { Io } from '../../src/cli/io.ts';
import { formatLoadView } from '../../src/cli/load-view.ts';
import { runProgram } from '../../src/cli/program.ts';
import { loadJob } from '../../src/load/index.ts';
import { answer, type Script, startScriptedServer } from '../support/scripted-server.ts';

const pitwall = async (argv: readonly string[], signal: AbortSignal = new AbortController().signal) => {
  let stdout = '';
  let stderr = '';
  const io: Io = {
    stdout: (text) => {
      stdout += text;
    },
    stderr: (text) => {
      stderr += text;
    },
    stdoutIsTty: false,
    stderrIsTty: false,
    columns: 80,
    color: false,
    signal,
    env: {},
  };
  const code = await runProgram(argv, io);
  return { code, stdout, stderr };
};

const loaded = async (script: Script, ...options: string[]) => {
  await using server = await startScriptedServer(script);
  const run = await pitwall(['load', ...options, `http://127.0.0.1:${server.port}/path?a=b`]);
  return { ...run, requests: [...server.requests], accepted: server.accepted };
};
const hello: Script = (socket) => socket.write(answer('hello'));

describe('pitwall load', () => {
  test("prints oha's text", async () => {
    const { code, stdout, requests } = await loaded(hello, '-n', '20', '-c', '2');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^Summary:\n {2}Success rate:\t100\.00%\n {2}Total:\t[\d.]+ ms\n/);
    expect(stdout).toContain('  [200] 20 responses\n');
    expect(requests).toHaveLength(20);
    expect(requests[0]).toMatch(/^GET \/path\?a=b HTTP\/1\.1\r\nHost: 127\.0\.0\.1:\d+\r\n\r\n$/);
  });

  test("takes oha's flags", async () => {
    const { requests, accepted } = await loaded(
      hello,
      ...'-n 4 -c 2 -m PUT -T text/plain -A */* -a user:pass --host a.test --no-tui --disable-keepalive'.split(' '),
      ...['-d', 'body', '-H', 'X-A: 1', '-H', 'X-B: 2'],
    );
    expect(requests[0]).toBe(
      'PUT /path?a=b HTTP/1.1\r\nHost: a.test\r\nAccept: */*\r\nContent-Type: text/plain\r\nAuthorization: Basic dXNlcjpwYXNz\r\nX-A: 1\r\nX-B: 2\r\nConnection: close\r\nContent-Length: 4\r\n\r\nbody',
    );
    expect(accepted).toBe(4);
  });

  test('writes JSON, CSV and the percentile spectrum', async () => {
    const json = JSON.parse((await loaded(hello, '-n', '10', '-c', '1', '-j')).stdout);
    expect(json).toMatchObject({
      summary: { successRate: 1 },
      statusCodeDistribution: { 200: 10 },
      pitwall: { version: 1 },
    });
    const csv = (await loaded(hello, '-n', '10', '-c', '1', '--output-format', 'csv')).stdout.trim().split('\n');
    expect([csv.length, csv[0]]).toEqual([
      11,
      'request-start,DNS,DNS+dialup,Response-delay,request-duration,bytes,status',
    ]);
    expect(csv[1]).toMatch(/^[\d.e-]+,0,[\d.e-]+,[\d.e-]+,[\d.e-]+,5,200$/);
    const { stdout } = await loaded(hello, '-n', '10', '-c', '1', '--format', 'hdr');
    expect(stdout).toContain('Percentile TotalCount 1/(1-Percentile)');
    expect(stdout).toMatch(/Total count {4}= +10\]/);
  });

  test('reads bodies, requests and expectations from files, and writes its result to one', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'pitwall-test-'));
    const file = (name: string) => join(folder, name);
    await writeFile(file('body'), Buffer.from([0, 255]));
    await writeFile(file('requests.yaml'), '- path: /one\n- {path: /two, weight: 1}\n');
    await writeFile(file('expect.json'), '{"a":1}');
    const posted = await loaded(hello, '-n', '1', '-m', 'POST', '-D', file('body'), '-o', file('out'));
    expect(posted.requests[0]?.slice(-6)).toBe('\r\n\r\n\0\xff');
    expect(await readFile(file('out'), 'utf8')).toContain('Summary:');
    const mixed = await loaded(hello, '-n', '4', '-c', '1', '--requests', file('requests.yaml'), '--order', 'sequence');
    expect(mixed.requests.map((text) => text.slice(0, 8))).toEqual(['GET /one', 'GET /two', 'GET /one', 'GET /two']);
    const wrong = await loaded(
      hello,
      '-n',
      '4',
      '-c',
      '1',
      '--expect-json',
      file('expect.json'),
      '--expect-json-ratio',
      '1',
    );
    expect(wrong.stdout).toContain('[4] wrong body: not JSON');
    await rm(folder, { recursive: true });
  });

  test('exits with 3 when a condition holds that must not', async () => {
    const { code, stderr } = await loaded(hello, '-n', '10', '--fail-if', 'count < 5', '--fail-if', 'p(99) > 0.000001');
    expect(code).toBe(3);
    expect(stderr).toMatch(/^pitwall: failed, since p\(99\) > 0\.000001 \(it is [\d.]+\)\n$/);
    expect((await loaded(hello, '-n', '10', '--fail-if', 'count < 5')).code).toBe(0);
  });

  test('searches the rate', async () => {
    const { code, stdout } = await loaded(hello, '-q', '20', '-z', '300ms', '-c', '1', '--find-rate', 'rate < 50');
    expect(code).toBe(0);
    expect(stdout).toMatch(/ 20\/s {2}holds\n +40\/s {2}holds\n +80\/s {2}fails: rate < 50 is not true of /);
    expect(stdout).toMatch(/\nHighest rate: 4\d(\.\d+)? requests\/s\n$/);
  });

  test('shows what it has when it is interrupted', async () => {
    await using server = await startScriptedServer(hello);
    const controller = new AbortController();
    setTimeout(() => controller.abort(new PitwallError('race.interrupted', 'Interrupted.')), 500);
    const { code, stdout } = await pitwall(
      ['load', '-z', '60s', `http://127.0.0.1:${server.port}/`],
      controller.signal,
    );
    expect([code, stdout.startsWith('Summary:')]).toEqual([130, true]);
  });

  test.each([
    ['no URL'],
    ['an unknown option', '--nope', 'http://127.0.0.1/'],
    ['a bad duration', '-z', 'soon', 'http://127.0.0.1/'],
    ['a bad condition', '--fail-if', 'p99', 'http://127.0.0.1/'],
    ['a file that is not there', '-D', '/no/such/file', 'http://127.0.0.1/'],
    ['two bodies', '-d', 'a', '-D', 'b', 'http://127.0.0.1/'],
    ['an unknown format', '--format', 'xml', 'http://127.0.0.1/'],
  ])('refuses %s with exit code 2', async (_name, ...argv) => {
    const { code, stdout, stderr } = await pitwall(['load', ...argv]);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).not.toBe('');
  });
});

test('the live view shows the time left and the last seconds, and fits the terminal', () => {
  const job = loadJob({
    target: { host: 'a', port: 1 },
    authority: 'a',
    requests: [{ method: 'GET', path: '/', headers: {} }],
    model: { kind: 'closed', connections: 1 },
    stop: { durationMs: 8_000 },
    warmupMs: 2_000,
  });
  const window = { ok: 10, failed: 1, p50Ms: 1.5, p99Ms: 20 };
  const windows = [
    { ...window, atMs: 1_000, isWarmup: true },
    { ...window, atMs: 2_000, isWarmup: false },
  ];
  const text = formatLoadView(job, windows, 80);
  expect(text).toContain('[#########.....................] 30 %, 7 s left');
  expect(text).toMatch(/ 2 +10 +1 +1\.500 +20\.000 {2}warm-up\n +3 +10 /);
  for (const line of formatLoadView(job, windows, 40).split('\n')) expect(line.length).toBeLessThan(40);
});
