import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { systemClock } from '../../src/base/index.ts';
import { openDialler } from '../../src/load/dial/dial.ts';
import { mayOpen, parseOpenFileLimit } from '../../src/load/engine/open-files.ts';
import { type LoadResult, runLoad } from '../../src/load/index.ts';
import { answer, startScriptedServer } from '../support/scripted-server.ts';
import { jobFor } from './job-for.ts';
import { startFullServer } from './servers/full-backlog.ts';

describe('while connections are being dialled that nobody accepts', () => {
  test.each([1, 2])('a load of %d workers can be stopped', { retry: 2 }, async (workers) => {
    await using server = await startFullServer();
    const controller = new AbortController();
    const startMs = performance.now();
    // The threads of several workers take a while to start, which is not what is tried.
    const stopMs = workers === 1 ? 300 : 6_000;
    setTimeout(() => controller.abort(new Error('stop')), stopMs);
    const model = { kind: 'closed' as const, connections: 20 };
    const job = jobFor(server, { model, workers, stop: { durationMs: 60_000 }, timeoutMs: 60_000 });
    const result = await runLoad(job, systemClock, { signal: controller.signal });
    expect([result.endedEarly, result.counts.ok]).toEqual([true, 0]);
    expect(performance.now() - startMs).toBeLessThan(stopMs + 5_000);
  });

  test('a load begins when no more of them open, whatever its timeout', { retry: 2 }, async () => {
    await using server = await startFullServer();
    const startMs = performance.now();
    const model = { kind: 'closed' as const, connections: 20 };
    const result = await runLoad(jobFor(server, { model, stop: { durationMs: 500 }, timeoutMs: 30_000 }), systemClock);
    expect(result.counts.cutOff).toBe(20);
    expect(performance.now() - startMs).toBeLessThan(8_000);
  });
});

describe('a name with several addresses', () => {
  const dialAll = async (addresses: readonly string[], port: number, dials: number, first = 0) => {
    const job = { target: { host: 'name.test', port }, authority: 'name.test', protocol: 'http/1.1' as const };
    const dialler = await openDialler(job, systemClock, { first, resolve: async () => addresses });
    const remote = [];
    for (let dial = 0; dial < dials; dial++) {
      const socket = dialler.dial(undefined);
      await once(socket, 'connect');
      remote.push(socket.remoteAddress);
      socket.destroy();
    }
    return remote;
  };

  test('has them all dialled in turn, and each worker begins with another', async () => {
    await using server = await startScriptedServer((socket) => socket.write(answer('')), '0.0.0.0');
    const addresses = ['127.0.0.1', '127.0.0.2', '127.0.0.2', '127.0.0.3'];
    expect(await dialAll(addresses, server.port, 4)).toEqual(['127.0.0.1', '127.0.0.2', '127.0.0.3', '127.0.0.1']);
    expect(await dialAll(addresses, server.port, 2, 1)).toEqual(['127.0.0.2', '127.0.0.3']);
  });

  test('has those left out that accept no connection', async () => {
    await using server = await startScriptedServer((socket) => socket.write(answer('')), '127.0.0.1');
    expect(await dialAll(['127.0.0.2', '127.0.0.1'], server.port, 2)).toEqual(['127.0.0.1', '127.0.0.1']);
  });
});

describe('a process that may not open enough files', () => {
  const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
  const runWithLimit = async (limit: number, script: string, args: readonly string[], input = '') => {
    const command = `ulimit -n ${limit} && exec "$0" "$@"`;
    const child = spawn('bash', ['-c', command, process.execPath, '--import', 'jiti/register', here(script), ...args], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    child.stdin.end(input);
    return await text(child.stdout);
  };

  test('refuses the load before it starts', async () => {
    const job = jobFor({ port: 9 }, { model: { kind: 'closed', connections: 400 }, stop: { requests: 1_000 } });
    const line = JSON.parse(await runWithLimit(256, '../../src/load/process.ts', [], JSON.stringify(job)));
    expect(line).toMatchObject({ type: 'error', code: 'load.invalid' });
    expect(line.message).toMatch(/^400 connections need \d+ open files, but this process may have 256: /);
  });

  test('calls it its own fault when it happens within the load', async () => {
    await using server = await startScriptedServer((socket) => socket.end(answer('', 'Connection: close')));
    const output = await runWithLimit(256, 'fixtures/exhausted-client.ts', [String(server.port)]);
    const result = JSON.parse(output) as LoadResult;
    expect(result.counts).toMatchObject({ ok: 0, reset: 0, neverSent: 10 });
    expect(result.errors).toEqual({ 'too many open files: raise ulimit -n': 10 });
    expect(result.flags.find(({ name }) => name === 'client-limits')).toMatchObject({ ok: false, value: 10 });
  });

  test('knows what it may open', () => expect([mayOpen(1, 1), mayOpen(1e12, 1)]).toEqual([true, false]));

  test.each([
    { limits: 'Max open files            256                  512                  files     \n', limit: 256 },
    { limits: 'Limit\nMax open files            unlimited            unlimited            files\n', limit: Infinity },
    { limits: '', limit: Infinity },
  ])('reads its limit: $limit', ({ limits, limit }) => expect(parseOpenFileLimit(limits)).toBe(limit));
});
