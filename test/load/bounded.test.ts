import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { type LoadProcessLine, type LoadResult, loadProcessFlags } from '../../src/load/index.ts';
import type { ScriptedServer } from '../support/scripted-server.ts';
import { type Essentials, jobFor } from './job-for.ts';
import { startEndlessChunkServer } from './servers/endless-chunks.ts';
import { startEndlessHeadServer } from './servers/endless-head.ts';
import { startHugeBodyServer } from './servers/huge-bodies.ts';
import { startManyNamesServer } from './servers/many-names.ts';
import { startSplitHeadServer } from './servers/split-heads.ts';

const mostMib = 150;

/** Runs the load as a process of its own and tells the most memory that it took. */
const runProcess = async (job: object): Promise<{ readonly result: LoadResult; readonly peakMib: number }> => {
  const script = fileURLToPath(new URL('../../dist/load/process.js', import.meta.url));
  const child = spawn(process.execPath, [...loadProcessFlags, script], { stdio: ['pipe', 'pipe', 'inherit'] });
  child.stdin.end(JSON.stringify(job));
  let peakMib = 0;
  let result: LoadResult | undefined;
  const look = async () => {
    const status = await readFile(`/proc/${child.pid}/status`, 'utf8').catch(() => '');
    peakMib = Math.max(peakMib, Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1] ?? 0) / 1024);
  };
  const looking = setInterval(look, 50);
  const exit = once(child, 'exit');
  for await (const line of createInterface({ input: child.stdout })) {
    const message = JSON.parse(line) as LoadProcessLine;
    if (message.type === 'measured') await look();
    if (message.type === 'result') result = message.result;
  }
  clearInterval(looking);
  await exit;
  if (result === undefined) throw new Error('the process left no result');
  return { result, peakMib };
};

const long = 'x'.repeat(30_000);
const json = { json: { ratio: 1, contains: {} } };
const cases: { name: string; start: () => Promise<ScriptedServer>; changes?: Partial<Essentials>; error?: string }[] = [
  { name: 'heads of endless fields', start: () => startEndlessHeadServer('a: bcdef\r\n'), error: 'head too long' },
  { name: 'heads of one endless field', start: () => startEndlessHeadServer(`${long}`), error: 'head too long' },
  { name: 'heads of endless folds', start: () => startEndlessHeadServer('a: b\r\n c\r\n'), error: 'head too long' },
  { name: 'interim answers without an end', start: () => startEndlessHeadServer('\r\nHTTP/1.1 100 \r\n') },
  { name: 'chunks without an end', start: () => startEndlessChunkServer('', `7530\r\n${long}\r\n`) },
  { name: 'chunks of one byte without an end', start: () => startEndlessChunkServer('', '1\r\nx\r\n') },
  { name: 'an endless chunk line', start: () => startEndlessChunkServer('1;', long), error: 'chunk framing too long' },
  {
    name: 'endless trailers',
    start: () => startEndlessChunkServer('0\r\n', 'a: b\r\n'),
    error: 'chunk framing too long',
  },
  { name: 'a gigabyte', start: startHugeBodyServer },
  { name: 'a gigabyte to be hashed', start: startHugeBodyServer, changes: { validators: { sha256: '0'.repeat(64) } } },
  { name: 'a gigabyte to be read as JSON', start: startHugeBodyServer, changes: { validators: json } },
  { name: 'a gigabyte to be kept', start: startHugeBodyServer, changes: { sampleRatio: 1, sampleBytes: 4_000_000 } },
  { name: 'new names and cookies in each answer', start: startManyNamesServer, changes: { keepsCookies: true } },
  {
    name: 'new names in each answer to be kept',
    start: startManyNamesServer,
    changes: { sampleRatio: 1, sampleBytes: 4_000_000 },
  },
  {
    name: 'a thousand connections, most of a head on each',
    start: startSplitHeadServer,
    changes: { model: { kind: 'closed', connections: 1_000 } },
  },
];

test.each(cases)(`$name: under ${mostMib} MiB, and a class for each request`, async ({ start, changes, error }) => {
  await using server = await start();
  const model = { kind: 'closed' as const, connections: 50 };
  const { result, peakMib } = await runProcess(
    jobFor(server, { model, stop: { durationMs: 2_500 }, timeoutMs: 1_000, ...changes }),
  );
  expect(peakMib).toBeGreaterThan(20);
  expect(peakMib).toBeLessThan(mostMib);
  expect(Object.values(result.counts).reduce((sum, count) => sum + count, 0)).toBeGreaterThan(0);
  if (error !== undefined) expect(result.errors[error]).toBeGreaterThan(0);
});
