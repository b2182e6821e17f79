import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { systemClock as clock, sleepMs } from '../../../src/base/index.ts';
import { establishedInodes, listeningInodes } from '../../../src/telemetry/accepted/parse.ts';
import { findListener, startAcceptedSampler } from '../../../src/telemetry/index.ts';

const table = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 111 1 0000000000000000 100 0 0 10 0
   1: 0100007F:1F90 0100007F:C3F2 01 00000000:00000000 00:00000000 00000000     0        0 222 1 0000000000000000 20 4 30 10 -1
   2: 0100007F:C3F2 0100007F:1F90 01 00000000:00000000 00:00000000 00000000     0        0 333 1 0000000000000000 20 4 30 10 -1
   3: 0100007F:1F90 0100007F:C3F4 06 00000000:00000000 03:00001770 00000000     0        0 0 3 0000000000000000
   4: 0000000000000000FFFF00000100007F:1F90 0000000000000000FFFF00000100007F:C3F6 01 00000000:00000000 00:00000000 00000000     0        0 444 1 0000000000000000 20 4 30 10 -1
`;

test('established connections of a port are told from listening ones, ended ones and their other ends', () => {
  expect([...establishedInodes(table, 8080)]).toEqual(['222', '444']);
  expect(establishedInodes('', 8080).size).toBe(0);
});

/** Two processes that listen on one socket. */
const sharedServer = fileURLToPath(new URL('../../fixtures/servers/shared-socket.cjs', import.meta.url));

const start = async (): Promise<{ readonly server: ChildProcess; readonly port: number }> => {
  const server = spawn(process.execPath, [sharedServer], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = await once(server.stdout!, 'data');
  return { server, port: Number(String(line)) };
};

/** Readings until there are so many connections in all; the test's time limit ends it. */
const readUntil = async (server: { readonly pid: number; readonly port: number }, total: number) => {
  for (;;) {
    const { samples, failure } = await startAcceptedSampler({ ...server, intervalMs: 60_000, clock }).stop();
    expect(failure).toBeUndefined();
    const { connectionsOf } = samples.at(-1)!;
    if ([...connectionsOf.values()].reduce((sum, count) => sum + count, 0) === total) return connectionsOf;
    await sleepMs(clock, 50);
  }
};

test('each connection is found at the process that accepted it, and only while it lasts', async () => {
  const { server, port } = await start();
  const sockets: Socket[] = [];
  try {
    for (let opened = 0; opened < 7; opened += 1) {
      const socket = connect(port, '127.0.0.1');
      sockets.push(socket);
      await once(socket, 'connect');
    }
    // A connection is established before its process has accepted it.
    const held = await readUntil({ pid: server.pid!, port }, 7);
    // The first process only listens.
    expect(held.has(server.pid!)).toBe(false);

    for (const socket of sockets) socket.destroy();
    expect((await readUntil({ pid: server.pid!, port }, 0)).size).toBe(0);
  } finally {
    for (const socket of sockets) socket.destroy();
    server.kill('SIGKILL');
  }
});

test('a server that has gone ends the series with a reason', async () => {
  const { server, port } = await start();
  const sampler = startAcceptedSampler({ pid: server.pid!, port, intervalMs: 60_000, clock });
  server.kill('SIGTERM');
  await once(server, 'exit');
  expect((await sampler.stop()).failure).toMatch(/ENOENT|ESRCH/);
});

test('the process that listens on a port is found, of several the one that started the others', async () => {
  expect([...listeningInodes(table, 8080)]).toEqual(['111']);
  const { server, port } = await start();
  try {
    expect(await findListener(port)).toEqual({ pid: server.pid, name: expect.stringContaining('node') });
    expect(await findListener(1)).toBeUndefined();
  } finally {
    server.kill();
  }
});
