import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { systemClock } from '../../src/base/index.ts';
import { probeDatabase, probeHttp, startWhenReady } from '../../src/components/probe.ts';
import { startLocalHost } from '../../src/hosts/index.ts';
import { whileCollecting } from '../support/collect-garbage.ts';
import { startScriptedServer } from '../support/scripted-server.ts';

let parent: string;
beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'probe-'));
});
afterEach(() => rmSync(parent, { recursive: true, force: true }));

const startMute = async () => {
  const server = createServer((socket) => socket.on('error', () => {}).resume());
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { port: (server.address() as AddressInfo).port, [Symbol.dispose]: () => void server.close() };
};

test.each([
  {
    name: 'an HTTP server',
    probe: (port: number) => (signal: AbortSignal) => probeHttp(`http://127.0.0.1:${port}/`, signal),
  },
  {
    name: 'a database',
    probe: (port: number) => () =>
      probeDatabase({ host: '127.0.0.1', port, user: 'a', password: 'b', database: 'c', connectionTimeoutMillis: 0 }),
  },
])('$name that takes a connection and says nothing is not ready in time', async ({ probe }) => {
  using mute = await startMute();
  await using host = await startLocalHost();
  const start = startWhenReady(
    host,
    { name: 'mute', command: ['sleep', '60'], env: { PATH: process.env['PATH']! }, logFile: join(parent, 'log') },
    probe(mute.port),
    { clock: systemClock, timeoutMs: 500 },
  );
  await expect(whileCollecting(start)).rejects.toMatchObject({ code: 'stage.not-ready' });
});

test('any answer means ready, one whose body never ends too', async () => {
  await using server = await startScriptedServer((socket) => {
    socket.write('HTTP/1.1 500 No\r\ntransfer-encoding: chunked\r\n\r\n');
    const timer = setInterval(() => socket.write(`10000\r\n${'x'.repeat(0x10000)}\r\n`), 1);
    socket.once('close', () => clearInterval(timer));
  });
  await probeHttp(`http://127.0.0.1:${server.port}/`, new AbortController().signal);
});

test('what is ready after it was not is ready', async () => {
  await using host = await startLocalHost();
  let tries = 0;
  const ready = startWhenReady(
    host,
    { name: 'slow', command: ['sleep', '60'], env: { PATH: process.env['PATH']! }, logFile: join(parent, 'log') },
    async () => {
      tries += 1;
      if (tries < 3) throw new Error('not yet');
    },
    { clock: systemClock, timeoutMs: 20_000 },
  );
  await using _ = await ready;
  expect(tries).toBe(3);
});
