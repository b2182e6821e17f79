import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, test } from 'vitest';
import { machineNowNs } from '../../../src/base/index.ts';
import { findMedian } from '../../../src/stats/index.ts';

const jiti = fileURLToPath(new URL('../../../node_modules/jiti/lib/jiti-cli.mjs', import.meta.url));
const entry = fileURLToPath(new URL('../../../src/wire/relay/process.ts', import.meta.url));
const running: ChildProcess[] = [];
afterEach(() => {
  for (const child of running.splice(0)) child.kill('SIGKILL');
});

const startProcess = (configuration: object | string) => {
  const child = spawn(process.execPath, [jiti, entry], { stdio: ['pipe', 'pipe', 'inherit'] });
  running.push(child);
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const say = (line: object | string): void =>
    void child.stdin.write(`${typeof line === 'string' ? line : JSON.stringify(line)}\n`);
  const hear = async (): Promise<Record<string, unknown>> => JSON.parse((await lines.next()).value);
  say(configuration);
  return { child, say, hear };
};

const echoSource =
  "require('net').createServer((s) => s.setNoDelay().pipe(s)).listen(0, '127.0.0.1', function () { console.log(this.address().port); })";

/** Of connections that each send again as soon as they are answered. */
const roundTripsMs = async (port: number, connections: number, each: number): Promise<readonly number[]> => {
  const times: number[] = [];
  const play = async (): Promise<void> => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    await once(socket, 'connect');
    for (let trip = 0; trip < each; trip += 1) {
      const sentMs = performance.now();
      socket.write('ping');
      await once(socket, 'data');
      times.push(performance.now() - sentMs);
    }
    socket.destroy();
  };
  await Promise.all(Array.from({ length: connections }, play));
  return times;
};

describe('the tap as a process', () => {
  test('says its port, answers snapshots, resets, and ends with its input', async () => {
    const echo = createServer((socket) => socket.pipe(socket)).listen(0, '127.0.0.1');
    await once(echo, 'listening');
    const upstream = `127.0.0.1:${(echo.address() as { port: number }).port}`;
    const { child, say, hear } = startProcess({ listen: '127.0.0.1:0', upstream, count: 'layer4', rttMs: 3.6 });
    const ready = await hear();
    expect(ready).toMatchObject({ type: 'ready', port: expect.any(Number) });

    const socket = connect({ port: ready['port'] as number, host: '127.0.0.1' });
    socket.write('ping');
    await once(socket, 'data');
    say({ type: 'snapshot', id: 7 });
    expect(await hear()).toMatchObject({
      type: 'snapshot',
      id: 7,
      ledger: { roundTrips: 2, bytesUp: 4, bytesDown: 4, connectionsNow: 1 },
      link: { askedRttMs: 3.6, rtt: { count: 1 } },
    });
    say({ type: 'reset' });
    say({ type: 'connections', id: 8 });
    expect(await hear()).toMatchObject({ type: 'connections', id: 8, connections: [{ counts: { roundTrips: 0 } }] });
    say('nonsense');
    expect(await hear()).toMatchObject({ type: 'error' });

    child.stdin.end();
    expect((await once(child, 'exit'))[0]).toBe(0);
    socket.destroy();
    echo.close();
  });

  test('resets at a time of the machine’s clock that was said ahead', async () => {
    const echo = createServer((socket) => socket.pipe(socket)).listen(0, '127.0.0.1');
    await once(echo, 'listening');
    const upstream = `127.0.0.1:${(echo.address() as { port: number }).port}`;
    const { child, say, hear } = startProcess({ listen: '127.0.0.1:0', upstream, count: 'layer4' });
    const ready = await hear();
    const socket = connect({ port: ready['port'] as number, host: '127.0.0.1' });
    socket.write('ping');
    await once(socket, 'data');
    say({ type: 'reset', atNs: machineNowNs() + 60e9 });
    say({ type: 'snapshot', id: 1 });
    expect(await hear()).toMatchObject({ ledger: { bytesUp: 4 } });
    say({ type: 'reset', atNs: machineNowNs() + 100e6 });
    await new Promise((resolve) => setTimeout(resolve, 300));
    say({ type: 'snapshot', id: 2 });
    expect(await hear()).toMatchObject({ ledger: { bytesUp: 0 } });
    say({ type: 'reset', atNs: 1 });
    say({ type: 'snapshot', id: 3 });
    expect(await hear()).toMatchObject({ ledger: { bytesUp: 0 } });
    child.stdin.end();
    await once(child, 'exit');
    socket.destroy();
    echo.close();
  });

  test('delays connections that run in step no longer than one that is alone', { retry: 3 }, async () => {
    const echo = spawn(process.execPath, ['-e', echoSource], { stdio: ['ignore', 'pipe', 'inherit'] });
    running.push(echo);
    const upstream = `127.0.0.1:${(await createInterface({ input: echo.stdout })[Symbol.asyncIterator]().next()).value}`;
    const { hear } = startProcess({ listen: '127.0.0.1:0', upstream, count: 'none', rttMs: 1 });
    const { port } = (await hear()) as { port: number };
    const alone = findMedian(await roundTripsMs(port, 1, 300));
    const inStep = findMedian(await roundTripsMs(port, 5, 300));
    // Two round trips for one, before the relay's naps were cut.
    expect(inStep / alone).toBeLessThan(1.4);
  });

  test('ends on SIGTERM', async () => {
    const { child, hear } = startProcess({ listen: '127.0.0.1:0', upstream: '127.0.0.1:1', count: 'none' });
    await hear();
    child.kill('SIGTERM');
    expect((await once(child, 'exit'))[0]).toBe(0);
  });

  test('a configuration that is none is refused with a reason', async () => {
    const { child, hear } = startProcess({ listen: '127.0.0.1:0', upstream: 'nowhere' });
    expect(await hear()).toMatchObject({ type: 'error', message: expect.stringContaining('nowhere') });
    await once(child, 'exit');
    expect(child.exitCode).toBe(1);
  });
});
