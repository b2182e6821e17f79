import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { PitwallError } from '../../src/base/index.ts';
import { formatLoadView } from '../../src/cli/load/load-view.ts';
import { loadJob } from '../../src/load/index.ts';
import { answer, type Script, startScriptedServer } from '../support/scripted-server.ts';
import { hello, loaded, pitwall } from './load/run.ts';

describe('pitwall load', () => {
  test("prints oha's text", async () => {
    const { code, stdout, requests } = await loaded(hello, '-n', '20', '-c', '2');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^Summary:\n {2}Success rate:\t100\.00%\n {2}Total:\t[\d.]+ ms\n/);
    expect(stdout).toContain('  [200] 20 responses\n');
    expect(requests).toHaveLength(20);
    expect(requests[0]).toMatch(
      /^GET \/path\?a=b HTTP\/1\.1\r\nHost: 127\.0\.0\.1:\d+\r\nAccept: \*\/\*\r\nAccept-Encoding: gzip, compress, deflate, br\r\nUser-Agent: pitwall\r\n\r\n$/,
    );
  });

  test("takes oha's flags", async () => {
    const { requests, accepted } = await loaded(
      hello,
      ...'-n 4 -c 2 -m PUT -T text/plain -A */* -a user:pass --host a.test --no-tui --disable-keepalive'.split(' '),
      ...['-d', 'body', '-H', 'X-A: 1', '-H', 'X-B: 2'],
    );
    expect(requests[0]).toBe(
      'PUT /path?a=b HTTP/1.1\r\nHost: a.test\r\nAccept: */*\r\nAccept-Encoding: gzip, compress, deflate, br\r\nUser-Agent: pitwall\r\nContent-Type: text/plain\r\nAuthorization: Basic dXNlcjpwYXNz\r\nX-A: 1\r\nX-B: 2\r\nConnection: close\r\nContent-Length: 4\r\n\r\nbody',
    );
    expect(accepted).toBe(4);
  });

  test.each([
    { name: 'disabled', options: ['--disable-compression'] },
    { name: 'where bodies are looked into', options: ['--expect-bytes', '5'] },
  ])('asks for no compressed answers: $name', async ({ options }) => {
    const { requests } = await loaded(hello, '-n', '1', ...options);
    expect(requests[0]).toMatch(/\r\nAccept: \*\/\*\r\nUser-Agent: pitwall\r\n\r\n$/);
  });

  test('reads bodies and URLs line by line', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'pitwall-test-'));
    const lines = join(folder, 'lines');
    await writeFile(lines, 'one\r\nzwölf\n\n');
    const posted = await loaded(hello, '-n', '4', '-c', '1', '-m', 'POST', '-Z', lines, '--order', 'sequence');
    const bodies = posted.requests.map((text) => Buffer.from(text.split('\r\n\r\n')[1]!, 'latin1').toString('utf8'));
    expect(bodies).toEqual(['one', 'zwölf', 'one', 'zwölf']);
    await using server = await startScriptedServer(hello);
    const origin = `http://127.0.0.1:${server.port}`;
    await writeFile(lines, `${origin}/a?b\n${origin}/c\n`);
    const run = await pitwall(['load', '-n', '4', '-c', '1', '--order', 'sequence', '--urls-from-file', lines]);
    expect([run.code, server.requests.map((text) => text.slice(0, 9))]).toEqual([
      0,
      ['GET /a?b ', 'GET /c HT', 'GET /a?b ', 'GET /c HT'],
    ]);
    await writeFile(lines, `${origin}/a\nhttp://other.test/\n`);
    expect((await pitwall(['load', '--urls-from-file', lines])).stderr).toContain('One load has one server');
    await rm(folder, { recursive: true });
  });

  test('waits for the last answers of a closed loop when it is told to', async () => {
    const slow: Script = (socket) => setTimeout(() => socket.write(answer('x')), 300);
    const options = ['-z', '400ms', '-c', '2', '-j'];
    const { pitwall: cut } = JSON.parse((await loaded(slow, ...options)).stdout);
    expect(cut.counts).toMatchObject({ ok: 2, cutOff: 2 });
    const { pitwall: waited } = JSON.parse((await loaded(slow, ...options, '-w')).stdout);
    expect(waited.counts).toMatchObject({ ok: 4, cutOff: 0 });
    expect(waited.elapsedMs).toBeGreaterThan(590);
  });

  test('takes -q 0 for no rate, and a version spelled 2.0', async () => {
    expect((await loaded(hello, '-n', '5', '-q', '0', '--no-color')).stdout).not.toContain('Open loop');
    expect((await loaded(hello, '-n', '1', '--http-version', '1.0')).code).toBe(2);
  });

  test('has every option of oha, or says what it has instead', async () => {
    const page = await readFile(new URL('../../docs/load.md', import.meta.url), 'utf8');
    const list = await readFile(new URL('fixtures/oha-options.txt', import.meta.url), 'utf8');
    const { stdout: help } = await pitwall(['load', '--help']);
    for (const option of list.trim().split('\n')) {
      if (new RegExp(`(^|[ ,])${option}([ ,]|$)`, 'm').test(help)) continue;
      const run = await pitwall(['load', option, '1', 'http://127.0.0.1:9/']);
      const isTaken = ['--latency-correction', '--no-color'].includes(option);
      if (isTaken) continue;
      expect([option, run.code, run.stderr]).toEqual([option, 2, expect.stringMatching(/pitwall load has no --/)]);
      expect(page).toContain(`\`${option}\``);
    }
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

  test.each(['http_req_failed: rate > 0.01', 'p(99) < 0', 'rate > 1000000'])(
    'exits with 3 where nothing was measured to judge %s by',
    async (condition) => {
      const { code, stderr } = await loaded(() => {}, '-z', '100ms', '-c', '2', '--fail-if', condition);
      expect([code, stderr]).toEqual([3, `pitwall: failed, since nothing was measured to judge ${condition} by\n`]);
    },
  );

  test('opens as many connections as it was asked for, also with the usual number of requests', async () => {
    const { accepted, requests } = await loaded(
      (socket) => setTimeout(() => socket.write(answer('x')), 300),
      '-c',
      '250',
    );
    expect([accepted, requests.length]).toEqual([250, 200]);
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
    ['a number and a time', '-n', '5', '-z', '1s', 'http://127.0.0.1/'],
    ['a number for a search', '-n', '5', '--find-rate', 'rate < 5', 'http://127.0.0.1/'],
    ['stages for a search', '--stages', '1s:1', '--find-rate', 'rate < 5', 'http://127.0.0.1/'],
    ['an output in a folder that is not there', '-o', '/no/such/folder/file', 'http://127.0.0.1:9/'],
    ['an output that is a folder', '-o', '/tmp', 'http://127.0.0.1:9/'],
    ['an unknown time unit', '-u', 'parsec', 'http://127.0.0.1:9/'],
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
