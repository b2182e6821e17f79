import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { loadJob } from '../../src/load/index.ts';
import { answer, startScriptedServer } from '../support/scripted-server.ts';

/** Runs the load process on a document, to its end or to its first line of a type, and gives its lines and exit code. */
const runProcess = async (document: string, { endAt }: { endAt?: string } = {}) => {
  const script = fileURLToPath(new URL('../../src/load/process.ts', import.meta.url));
  const child = spawn(process.execPath, ['--import', 'jiti/register', script], { stdio: ['pipe', 'pipe', 'inherit'] });
  child.stdin.end(document);
  if (endAt !== undefined) {
    // Not after a time: where the machine is busy the process has hardly begun by then, and its first tick is its last.
    child.stdout.on('data', (lines: Buffer) => {
      if (lines.includes(`"type":"${endAt}"`)) child.kill('SIGTERM');
    });
  }
  const [output, [code]] = await Promise.all([text(child.stdout), once(child, 'exit')]);
  return {
    lines: output
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line)),
    code,
  };
};

const jobFor = (port: number) =>
  loadJob({
    target: { host: '127.0.0.1', port },
    authority: 'test',
    requests: [{ method: 'GET', path: '/', headers: {} }],
    model: { kind: 'closed', connections: 2 },
    stop: { durationMs: 60_000 },
    warmupMs: 100,
  });

test('the process says that it is ready, ticks, and ends with a result when it is told to', async () => {
  await using server = await startScriptedServer((socket) => setTimeout(() => socket.write(answer('x')), 5));
  const { lines, code } = await runProcess(JSON.stringify(jobFor(server.port)), { endAt: 'tick' });
  expect(code).toBe(0);
  expect(lines[0]).toEqual({ type: 'ready' });
  expect(lines.map(({ type }) => type)).toContain('measuring');
  const tick = lines.find(({ type }) => type === 'tick');
  expect(tick).toEqual({
    type: 'tick',
    elapsedMs: 1_000,
    ok: expect.any(Number),
    failed: 0,
    requestsPerSecond: expect.any(Number),
    p99Ms: expect.any(Number),
  });
  const { type, result } = lines.at(-1);
  expect([type, result.endedEarly, result.version]).toEqual(['result', true, 1]);
  expect(result.counts.ok).toBeGreaterThan(50);
});

test.each([
  { name: 'no JSON', document: 'oops', code: 'load.invalid' },
  { name: 'no job', document: '{}', code: 'load.invalid' },
  {
    name: 'an unknown host',
    document: JSON.stringify({ ...jobFor(1), target: { host: 'no-such-host.invalid', port: 1 } }),
    code: 'load.failed',
  },
])('$name is an error line and exit code 1', async ({ document, code }) => {
  const run = await runProcess(document);
  expect(run.code).toBe(1);
  expect(run.lines).toEqual([{ type: 'error', code, message: expect.any(String) }]);
});
