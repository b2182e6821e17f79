import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { type ConnectionOptions, connect as connectTls, createSecureContext, TLSSocket } from 'node:tls';
import { generate } from 'selfsigned';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { systemClock as clock, createScope } from '../../../src/base/index.ts';
import { startTap, type Tap } from '../../../src/wire/index.ts';
import { createTlsTerminator } from '../../../src/wire/relay/terminate.ts';
import { client, join, server as wire } from '../wire.ts';

let certificate: { readonly key: string; readonly cert: string };
beforeAll(async () => {
  const { private: key, cert } = await generate([{ name: 'commonName', value: 'localhost' }], { keySize: 2048 });
  certificate = { key, cert };
});
let scope = createScope();
afterEach(async () => {
  await scope[Symbol.asyncDispose]();
  scope = createScope();
});

interface ServerOptions {
  /** What answers an SSLRequest; undefined: TLS begins without one, as Postgres 17 takes it. */
  readonly answer?: 'S' | 'N' | 'error';
  readonly curve?: string;
  readonly maxVersion?: 'TLSv1.2';
}
/** A server that says what a Postgres would to startups and queries. */
const startServer = async ({ answer, curve, maxVersion }: ServerOptions): Promise<number> => {
  const sockets = new Set<Socket>();
  const serve = (socket: Socket): void => {
    socket.on('error', () => socket.destroy());
    socket.once('data', () => {
      socket.write(join(wire.auth(0), wire.ready()));
      socket.on('data', () => socket.write(join(wire.complete(), wire.ready())));
    });
  };
  const secure = (socket: Socket): void => {
    const secureContext = createSecureContext({
      ...certificate,
      ...(curve === undefined ? {} : { ecdhCurve: curve }),
      ...(maxVersion === undefined ? {} : { maxVersion }),
    });
    serve(new TLSSocket(socket, { isServer: true, secureContext, ALPNProtocols: ['postgresql'] }));
  };
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.once('data', (first) => {
      socket.pause();
      if (first[0] === 0x16) {
        socket.unshift(first);
        secure(socket);
      } else if (first.length === 8 && answer !== undefined) {
        socket.write(answer === 'error' ? wire.error() : answer);
        if (answer === 'S') secure(socket);
        else {
          serve(socket);
          socket.resume();
        }
      } else {
        socket.unshift(first);
        serve(socket);
        socket.resume();
      }
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  scope.defer(async () => {
    for (const socket of sockets) socket.destroy();
    server.close();
    await once(server, 'close');
  });
  return (server.address() as { port: number }).port;
};
const tapTo = async (port: number, isTerminating: boolean): Promise<Tap> =>
  scope.use(
    await startTap({
      listen: { host: '127.0.0.1', port: 0 },
      upstream: { host: '127.0.0.1', port },
      count: 'messages',
      clock,
      ...(isTerminating ? { terminate: certificate } : {}),
    }),
  );
const dial = async (tap: Tap): Promise<Socket> => {
  const socket = connect({ host: '127.0.0.1', port: 'port' in tap.address ? tap.address.port : 0, noDelay: true });
  await once(socket, 'connect');
  return socket;
};
/** Logs in and runs a query. */
const converse = async (socket: Socket): Promise<void> => {
  for (const message of [client.startup(), client.query('SELECT 1')]) {
    socket.write(message);
    await once(socket, 'data');
  }
  socket.end();
};
const openTls = async (socket: Socket, options: ConnectionOptions = {}): Promise<TLSSocket> => {
  const secured = connectTls({ socket, rejectUnauthorized: false, ALPNProtocols: ['postgresql'], ...options });
  await once(secured, 'secureConnect');
  return secured;
};
/** Counts the same conversation through both modes. */
const countBoth = async (server: ServerOptions, talk: (socket: Socket) => Promise<void>) => {
  const port = await startServer(server);
  const counts: object[] = [];
  for (const isTerminating of [false, true]) {
    const tap = await tapTo(port, isTerminating);
    await talk(await dial(tap));
    await expect.poll(() => tap.snapshot().ledger.connectionsNow).toBe(0);
    const { roundTrips, connectRoundTrips, unparsed } = tap.snapshot().ledger;
    counts.push({ roundTrips, tls: connectRoundTrips.tls, unparsed });
  }
  expect(counts[1]).toEqual(counts[0]);
  return counts[0];
};

describe('both modes count the same', () => {
  test('where TLS begins without a request (sslnegotiation=direct)', async () => {
    const talk = async (socket: Socket): Promise<void> => converse(await openTls(socket));
    expect(await countBoth({ curve: 'X25519' }, talk)).toEqual({ roundTrips: 4, tls: 1, unparsed: 0 });
    // Asked again for another key exchange.
    expect(await countBoth({ curve: 'prime256v1' }, talk)).toEqual({ roundTrips: 5, tls: 2, unparsed: 0 });
    // A version that takes two.
    expect(await countBoth({ maxVersion: 'TLSv1.2' }, talk)).toEqual({ roundTrips: 5, tls: 2, unparsed: 0 });
  });

  test('where a client that may do without TLS or GSSAPI is refused it, and where it is answered with an error', async () => {
    const prefer = async (socket: Socket): Promise<void> => {
      socket.write(client.sslRequest());
      expect(String((await once(socket, 'data'))[0])).toBe('N');
      await converse(socket);
    };
    expect(await countBoth({ answer: 'N' }, prefer)).toEqual({ roundTrips: 4, tls: 1, unparsed: 0 });
    const preferGss = async (socket: Socket): Promise<void> => {
      socket.write(client.gssRequest());
      expect(String((await once(socket, 'data'))[0])).toBe('N');
      await converse(socket);
    };
    expect(await countBoth({ answer: 'N' }, preferGss)).toEqual({ roundTrips: 4, tls: 1, unparsed: 0 });
    const refused = async (socket: Socket): Promise<void> => {
      socket.write(client.sslRequest());
      const [answer] = await once(socket, 'data');
      expect(String(answer)).toMatch(/^E.*42601/s);
      socket.end();
    };
    expect(await countBoth({ answer: 'error' }, refused)).toEqual({ roundTrips: 2, tls: 1, unparsed: 0 });
  });

  test('where the client takes less than the server has: TLS 1.2, or another key exchange', async () => {
    const withTls =
      (options: ConnectionOptions) =>
      async (socket: Socket): Promise<void> => {
        socket.write(client.sslRequest());
        await once(socket, 'data');
        await converse(await openTls(socket, options));
      };
    expect(await countBoth({ answer: 'S' }, withTls({ maxVersion: 'TLSv1.2' }))).toEqual({
      roundTrips: 6,
      tls: 3,
      unparsed: 0,
    });
    expect(await countBoth({ answer: 'S' }, withTls({ ecdhCurve: 'prime256v1' }))).toEqual({
      roundTrips: 5,
      tls: 2,
      unparsed: 0,
    });
    expect(
      await countBoth({ answer: 'S', curve: 'X25519' }, withTls({ ecdhCurve: 'prime256v1:X25519' })),
    ).toMatchObject({
      unparsed: 0,
    });
  });
});

test('a key that does not belong to the certificate, or is none, is refused before anything listens', async () => {
  const { private: key } = await generate([{ name: 'commonName', value: 'other' }], { keySize: 2048 });
  for (const wrong of [key, 'no key']) {
    const starting = startTap({
      listen: { host: '127.0.0.1', port: 0 },
      upstream: { host: '127.0.0.1', port: 1 },
      count: 'messages',
      clock,
      terminate: { key: wrong, cert: certificate.cert },
    });
    await expect(starting).rejects.toMatchObject({ code: 'observe.invalid' });
  }
});

test('a start-up message in clear stays in one piece, which PgBouncer insists on', async () => {
  const port = await startServer({ answer: 'N' });
  const terminate = createTlsTerminator(certificate);
  const listener = createServer({ pauseOnConnect: true }).listen(0, '127.0.0.1');
  scope.defer(() => void listener.close());
  await once(listener, 'listening');
  const talker = connect({ host: '127.0.0.1', port: (listener.address() as { port: number }).port, noDelay: true });
  scope.defer(() => void talker.destroy());
  talker.write(client.startup());
  const [accepted] = (await once(listener, 'connection')) as [Socket];
  const joined = await terminate(accepted, { host: '127.0.0.1', port });
  scope.defer(() => void joined.server.destroy());
  const [chunk] = await once(joined.client.resume(), 'data');
  expect(chunk).toEqual(client.startup());
});
