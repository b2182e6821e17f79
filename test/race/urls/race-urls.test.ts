import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runProgram } from '../../../src/cli/terminal/program.ts';
import { createCertificateAuthority } from '../../../src/components/index.ts';
import type { RaceResult } from '../../../src/result/index.ts';
import { runPitwall } from '../../support/run-pitwall.ts';

const program = fileURLToPath(new URL('../../fixtures/servers/delayed.cjs', import.meta.url));
const servers: ChildProcess[] = [];
let folder = '';

const start = async (...args: readonly string[]): Promise<string> => {
  const server = spawn(process.execPath, [program, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  servers.push(server);
  const [line] = await once(server.stdout!, 'data');
  return `http://127.0.0.1:${String(line).trim()}/items`;
};

const race = async (...args: readonly string[]) =>
  runPitwall(['race', ...args, '--results', join(folder, 'results')], { cwd: folder });

const short = ['--blocks', '3', '--duration', '1s', '--warmup', '200ms', '--connections', '4'];

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'pitwall-urls-'));
});

afterAll(() => {
  for (const server of servers) server.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

describe('a race of running servers', () => {
  test('gives the ratio of two whose delays are known, their CPU, and a reason for what it cannot count', async () => {
    const [quick, slow] = [await start('10', 'same'), await start('40', 'same')];
    const { code, stdout, stderr } = await race(`quick=${quick}`, `slow=${slow}?token=secret`, ...short, '--json');
    expect(code, stderr).toBe(0);
    const result = JSON.parse(stdout) as RaceResult;
    expect(result.plan.urls).toEqual({ quick, slow: `${slow}?token=…` });
    expect(stdout).not.toContain('secret');
    expect(readFileSync(join(folder, 'results', result.id, 'journal.jsonl'), 'utf8')).not.toContain('secret');
    const rate = result.comparisons.find(({ metric }) => metric === 'requestsPerSecond')!;
    expect([rate.a, rate.b, rate.blocks]).toEqual(['quick', 'slow', 3]);
    // 41 ms over 11 ms on an idle machine; timers are later on a busy one, the shorter delay by a larger share.
    expect(rate.ratio).toBeGreaterThan(2);
    expect(rate.ratio).toBeLessThan(4.5);
    for (const { status, contract, calibration, unmeasured, summary, rounds } of result.candidates) {
      expect([status, contract?.ok, calibration]).toEqual(['ok', true, undefined]);
      expect(Object.keys(unmeasured ?? {})).toEqual(['round trips']);
      expect(summary?.cpuMsPerRequest?.mean).toBeGreaterThan(0);
      expect(rounds.every(({ telemetry }) => telemetry?.machine?.otherRatio === undefined)).toBe(true);
      expect(rounds.map(({ components }) => components?.map(({ name }) => name))).toEqual(
        Array(rounds.length).fill(['load', 'candidate']),
      );
    }

    const report = await runPitwall(['report', result.id, '--format', 'text', '--results', join(folder, 'results')]);
    expect(report.stdout).toContain('Not measured: round trips of quick, slow');
    const explained = await runPitwall(['explain', result.id, '--results', join(folder, 'results')]);
    expect(explained.stdout).toContain('the round trips of quick are unknown: pitwall did not start it');
    const repeated = await race('--repeat', result.id);
    expect(repeated.stderr).toContain('give all URLs again');
    const again = await race(`quick=${quick}`, `slow=${slow}?token=secret`, '--repeat', result.id);
    expect(again.code, again.stderr).toBe(0);
    expect(again.stdout).toContain('quick: requestsPerSecond');
    const compared = await runPitwall(['compare', result.id, 'latest', '--results', join(folder, 'results')]);
    expect(compared.code, compared.stderr).toBe(0);
    const history = await runPitwall(['history', '--results', join(folder, 'results')]);
    expect(history.stdout).toContain('urls');
    // Two races and the programs that read them, on a machine that may be busy.
  }, 300_000);

  test('is raced with a warning where the answers differ, though not by what varies by itself', async () => {
    const [a, b] = [await start('5', 'one'), await start('5', 'another')];
    const { code, stdout, stderr } = await race(`a=${a}`, `b=${b}`, ...short, '--blocks', '1', '--json');
    expect(code, stderr).toBe(0);
    const result = JSON.parse(stdout) as RaceResult;
    expect(stderr).toContain('b does not give the answers of a: at $.text expected "one", got "another"');
    expect(result.candidates.map(({ name, contract }) => [name, contract?.ok])).toEqual([
      ['a', true],
      ['b', false],
    ]);
    expect(result.gates.filter(({ ok }) => !ok).map(({ name, effect }) => [name, effect])).toContainEqual([
      'answers',
      'warns',
    ]);
  }, 120_000);

  test('speaks HTTPS, with certificates that are checked unless told otherwise', async () => {
    const { key, cert } = await (await createCertificateAuthority()).issue(['127.0.0.1']);
    const server = createTlsServer({ key, cert }, (_request, response) => response.end('ok')).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    const refused = await race(`a=${url}`, `b=${url}`, ...short);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain('certificate that is not trusted');
    expect(refused.stderr).toContain('--insecure');
    const raced = await race(`a=${url}`, `b=${url}`, ...short, '--blocks', '1', '--insecure', '--json');
    expect(raced.code, raced.stderr).toBe(0);
    server.close();
  }, 120_000);

  test('does not begin where one does not answer as it should, and says so of each', async () => {
    const closed = createServer().listen(0, '127.0.0.1');
    await once(closed, 'listening');
    const { port } = closed.address() as AddressInfo;
    closed.close();
    const broken = await start('0', 'out of order', '500');
    const good = await start('0', 'ok');
    const moved = createServer((_request, response) => response.writeHead(302, { location: '/login' }).end());
    moved.listen(0, '127.0.0.1');
    await once(moved, 'listening');
    const { code, stdout, stderr } = await race(
      `http://127.0.0.1:${port}/`,
      broken,
      good,
      `https${good.slice(4)}`.replace('items', 'tls'),
      `http://127.0.0.1:${(moved.address() as AddressInfo).port}/`,
    );
    moved.close();
    expect(code).toBe(1);
    expect(stdout).toBe('');
    expect(stderr).toContain(`does not answer: nothing listens on port ${port} of 127.0.0.1.`);
    expect(stderr).toContain('answers GET /items with status 500: "{"text":"out of order"');
    expect(stderr).toContain('does not speak TLS: give its address with http://.');
    expect(stderr).toContain('answers with status 302, a redirect to "/login": race that address.');
    expect(stderr).toContain('[race.url-failed]');
  }, 60_000);
});

test.each([
  { name: 'one URL', args: ['http://127.0.0.1:8080/'], says: 'One URL has nobody to race against' },
  { name: 'a URL beside a plan', args: ['plans/quick.yaml', 'http://a/'], says: '"plans/quick.yaml" is no URL' },
  { name: 'two plans', args: ['a.yaml', 'b.yaml'], says: 'A race has one plan, and 2 were given' },
  { name: 'addresses without http://', args: ['localhost:1', 'localhost:2'], says: 'write http://localhost:1' },
  { name: 'a flag of plans', args: ['http://a/', 'http://b/', '--scale', '3'], says: '--scale does not go with URLs' },
  { name: 'a flag of URLs', args: ['plans/quick.yaml', '--insecure'], says: '--insecure goes with a race of URLs' },
  { name: 'one server twice', args: ['http://a/', 'http://a/'], says: 'called a:80: give them names of their own' },
])('$name is refused with what to do', async ({ args, says }) => {
  let stderr = '';
  const code = await runProgram(['race', ...args], {
    stdout: () => {},
    stderr: (text) => {
      stderr += text;
    },
    stdoutIsTty: false,
    stderrIsTty: false,
    columns: 80,
    color: false,
    signal: new AbortController().signal,
    env: {},
  });
  expect(stderr).toContain(says);
  expect(code).toBe(2);
});
