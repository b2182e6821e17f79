import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import { systemClock as clock, createScope, sleepMs } from '../../../src/base/index.ts';
import { type Address, startTap, type Tap, type TapOptions } from '../../../src/wire/index.ts';

let scope = createScope();
afterEach(async () => {
  await scope[Symbol.asyncDispose]();
  scope = createScope();
});

/** A server of which each connection is given to `serve`. */
const startServer = async (serve: (socket: Socket) => void, path?: string): Promise<Address> => {
  const sockets = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    serve(socket);
  });
  server.listen(path === undefined ? { host: '127.0.0.1', port: 0 } : { path });
  await once(server, 'listening');
  scope.defer(async () => {
    for (const socket of sockets) socket.destroy();
    server.close();
    await once(server, 'close');
  });
  const address = server.address();
  return typeof address === 'object' && address !== null ? { host: '127.0.0.1', port: address.port } : { path: path! };
};
const echo = (socket: Socket): void => {
  socket.on('data', (chunk) => socket.write(chunk));
  socket.on('end', () => socket.end());
};
const tapOf = async (upstream: Address, options: Partial<TapOptions> = {}): Promise<Tap> =>
  scope.use(await startTap({ listen: { host: '127.0.0.1', port: 0 }, upstream, count: 'messages', clock, ...options }));
const dial = async (address: Address): Promise<Socket> => {
  const socket = connect({ ...address, noDelay: true, allowHalfOpen: true });
  scope.defer(() => void socket.destroy());
  await once(socket, 'connect');
  return socket;
};
/** Resolves when a socket is closed, broken off or not. */
const closed = (socket: Socket): Promise<void> => {
  socket.on('error', () => undefined);
  return new Promise((resolve) => socket.once('close', () => resolve()));
};
/** All that a socket reads until its end. */
const readAll = async (socket: Socket): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  for await (const chunk of socket) chunks.push(chunk);
  return Buffer.concat(chunks);
};

describe('forwarding', () => {
  test.each([
    ['counting messages', { count: 'messages' }],
    ['counting nothing', { count: 'none' }],
    ['through a link', { count: 'messages', link: { rttMs: 2, jitterMs: 1, bytesPerSecond: 50e6 } }],
  ] as const)('is the identity for arbitrary bytes cut anywhere, %s', async (_, options) => {
    const tap = await tapOf(await startServer(echo), options);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 4000 }), { maxLength: 8 }), async (chunks) => {
        const socket = await dial(tap.address);
        const reading = readAll(socket);
        for (const chunk of chunks) {
          socket.write(chunk);
          await new Promise(setImmediate);
        }
        socket.end();
        expect(Buffer.compare(await reading, Buffer.concat(chunks))).toBe(0);
      }),
      { numRuns: 25 },
    );
  });

  test('goes through unix sockets on both sides', async () => {
    const name = `pitwall-${process.pid}-${Date.now()}`;
    const upstream = await startServer(echo, join(tmpdir(), `${name}-up`));
    const tap = await tapOf(upstream, { listen: { path: join(tmpdir(), `${name}-down`) }, count: 'layer4' });
    const socket = await dial(tap.address);
    socket.end('hello');
    expect(String(await readAll(socket))).toBe('hello');
    await expect
      .poll(() => tap.snapshot().ledger)
      .toMatchObject({ roundTrips: 1, bytesUp: 5, bytesDown: 5, connectionsNow: 0 });
  });

  test('a half-closed connection still answers', async () => {
    const upstream = await startServer((socket) => {
      const chunks: Buffer[] = [];
      socket.on('data', (chunk) => chunks.push(chunk));
      socket.on('end', () => setTimeout(() => socket.end(`got ${Buffer.concat(chunks).length}`), 50));
    });
    const tap = await tapOf(upstream, { count: 'layer4', link: { rttMs: 4 } });
    const socket = await dial(tap.address);
    socket.end(Buffer.alloc(100));
    expect(String(await readAll(socket))).toBe('got 100');
  });

  test('a server that breaks off breaks the client off, and the other way round', async () => {
    const accepted: Socket[] = [];
    const tap = await tapOf(await startServer((socket) => accepted.push(socket)));
    const first = await dial(tap.address);
    const firstClosed = closed(first);
    await expect.poll(() => accepted.length).toBe(1);
    accepted[0]!.resetAndDestroy();
    await firstClosed;

    const second = await dial(tap.address);
    await expect.poll(() => accepted.length).toBe(2);
    const secondClosed = closed(accepted[1]!);
    second.resetAndDestroy();
    await secondClosed;
    await expect.poll(() => tap.snapshot().ledger.connectionsNow).toBe(0);
  });

  test('a closed port upstream breaks the client off', async () => {
    const gone = await startServer(() => undefined);
    await scope[Symbol.asyncDispose]();
    const tap = await tapOf(gone, { link: { rttMs: 2 } });
    await closed(await dial(tap.address));
    await expect.poll(() => tap.snapshot().ledger.connectionsNow).toBe(0);
  });

  test('a port that is taken is refused with its name', async () => {
    const taken = await startServer(echo);
    await expect(tapOf(taken, { listen: taken })).rejects.toThrow("Can't listen on 127.0.0.1:");
  });
});

describe('memory', () => {
  test('what a reader that stops for a while gets then is whole and in order, in small chunks and large ones', async () => {
    // Small chunks go past Node's streams, large ones and those that the kernel does not take at once do not.
    const sizes = [100, 4000, 12_000, 40_000, 700];
    const all = Buffer.alloc(24e6);
    for (let at = 0; at + 4 <= all.length; at += 4) all.writeUInt32BE(at, at);
    const upstream = await startServer((socket) => {
      socket.once('data', async () => {
        for (let at = 0, piece = 0; at < all.length; piece += 1) {
          const size = sizes[Math.floor(piece / 100) % sizes.length]!;
          if (!socket.write(all.subarray(at, at + size))) await once(socket, 'drain');
          at += size;
          if (piece % 4 === 0) await new Promise(setImmediate);
        }
        socket.end();
      });
    });
    for (const options of [{ count: 'none' }, { count: 'layer4' }] as const) {
      const socket = await dial((await tapOf(upstream, options)).address);
      const chunks: Buffer[] = [];
      let heldBytes = 0;
      socket.write('go');
      for await (const chunk of socket) {
        chunks.push(chunk);
        const before = Math.floor(heldBytes / 4e6);
        heldBytes += chunk.length;
        if (Math.floor(heldBytes / 4e6) > before) await sleepMs(clock, 60);
      }
      expect(heldBytes).toBe(all.length);
      expect(Buffer.compare(Buffer.concat(chunks), all)).toBe(0);
    }
  });

  test('a reader that stops stops the writer', async () => {
    let sentBytes = 0;
    const chunk = Buffer.alloc(64 * 1024);
    const upstream = await startServer((socket) => {
      const pump = (): void => {
        while (sentBytes < 500e6 && socket.write(chunk)) sentBytes += chunk.length;
      };
      socket.on('drain', pump);
      pump();
    });
    for (const options of [{}, { link: { rttMs: 4 } }]) {
      sentBytes = 0;
      const tap = await tapOf(upstream, options);
      const socket = await dial(tap.address);
      socket.pause();
      await sleepMs(clock, 400);
      const stoppedAt = sentBytes;
      await sleepMs(clock, 200);
      expect(sentBytes).toBe(stoppedAt);
      // Kernel buffers of two connections, and the tap's own megabyte.
      expect(stoppedAt).toBeLessThan(40e6);
      socket.destroy();
    }
  });
});

describe('a link', () => {
  /** Milliseconds of each of `trips` one-byte round trips. */
  const pingPong = async (socket: Socket, trips: number): Promise<number[]> => {
    const times: number[] = [];
    for (let trip = 0; trip < trips; trip += 1) {
      const startMs = performance.now();
      socket.write('x');
      await once(socket, 'data');
      times.push(performance.now() - startMs);
    }
    return times;
  };

  test('delays each round trip by its RTT, the first by one more for the handshake, and says what it did', async () => {
    const tap = await tapOf(await startServer(echo), { count: 'layer4', link: { rttMs: 10 } });
    const [first, ...later] = await pingPong(await dial(tap.address), 21);
    expect(first).toBeGreaterThanOrEqual(19.9);
    for (const timeMs of later) expect(timeMs).toBeGreaterThanOrEqual(9.9);
    const { link, ledger } = tap.snapshot();
    expect(link.askedRttMs).toBe(10);
    expect(link.rtt!.count).toBe(21);
    expect(link.rtt!.p50Ms).toBeGreaterThanOrEqual(9.9);
    // The delay is not in the server's time, nor in the client's.
    expect(ledger.roundTrips).toBe(22); // TCP's own is one

    expect(ledger.serverTime.p50Ms).toBeLessThan(8);
    expect(ledger.clientGap.p50Ms).toBeLessThan(8);
  });

  test('delays do not add up: chunks sent together arrive together', async () => {
    const tap = await tapOf(await startServer(echo), { count: 'none', link: { rttMs: 100 } });
    const socket = await dial(tap.address);
    await pingPong(socket, 1);
    const startMs = performance.now();
    let heldBytes = 0;
    socket.on('data', (chunk) => {
      heldBytes += chunk.length;
    });
    for (let chunk = 0; chunk < 20; chunk += 1) {
      socket.write('y');
      await sleepMs(clock, 1);
    }
    await expect.poll(() => heldBytes, { interval: 5 }).toBe(20);
    expect(performance.now() - startMs).toBeLessThan(400);
  });

  test('the end of the stream is delayed too', async () => {
    const tap = await tapOf(await startServer(echo), { count: 'none', link: { rttMs: 60 } });
    const socket = await dial(tap.address);
    await pingPong(socket, 1);
    const startMs = performance.now();
    socket.end();
    socket.resume();
    await once(socket, 'end');
    expect(performance.now() - startMs).toBeGreaterThanOrEqual(59);
  });

  test('a rate bounds the throughput', async () => {
    const tap = await tapOf(await startServer(echo), { count: 'none', link: { rttMs: 0, bytesPerSecond: 1e6 } });
    const socket = await dial(tap.address);
    const startMs = performance.now();
    socket.end(Buffer.alloc(300_000));
    expect((await readAll(socket)).length).toBe(300_000);
    expect(performance.now() - startMs).toBeGreaterThan(290);
  });

  test('an RTT of 2 s and one of 0', async () => {
    const slow = await tapOf(await startServer(echo), { count: 'none', link: { rttMs: 2000 } });
    const none = await tapOf(await startServer(echo), { count: 'none', link: { rttMs: 0 } });
    expect((await pingPong(await dial(none.address), 3))[2]).toBeLessThan(500);
    expect((await pingPong(await dial(slow.address), 1))[0]).toBeGreaterThanOrEqual(3999);
  });

  test('500 connections at once', async () => {
    const tap = await tapOf(await startServer(echo), { count: 'layer4', link: { rttMs: 4 } });
    const sockets = await Promise.all(Array.from({ length: 500 }, () => dial(tap.address)));
    await Promise.all(sockets.map((socket) => pingPong(socket, 3)));
    expect(tap.snapshot().ledger).toMatchObject({
      roundTrips: 2000,
      connects: 500,
      connectionsPeak: 500,
      bytesUp: 1500,
    });
  });
});
