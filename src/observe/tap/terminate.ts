import type { Socket } from 'node:net';
import { connect as connectTls, createSecureContext, type SecureContext, TLSSocket } from 'node:tls';
import { type Address, connectTo } from './address.ts';

/** Two ends in clear, ready to be joined. */
export interface Joined {
  readonly client: Socket;
  readonly server: Socket;
  /** SSLRequest and handshake on the client's side; undefined: it did not ask for TLS. */
  readonly tlsTurnarounds: number | undefined;
}

export interface Certificate {
  /** PEM. */
  readonly key: string | Buffer;
  readonly cert: string | Buffer;
}

const sslRequest = 80877103;
const gssRequest = 80877104;
const yes = Buffer.from('S');
const no = Buffer.from('N');
const alpn = ['postgresql'];

/** The context that clients are answered with. */
export const secureContextOf = ({ key, cert }: Certificate): SecureContext => createSecureContext({ key, cert });

/**
 * Takes TLS off a client's connection and puts it on again towards the server: the tap answers with its own
 * certificate. The server decides whether there is TLS, as it would without a tap. A client that binds
 * SCRAM to the channel (SCRAM-SHA-256-PLUS) accepts that only if the certificate is the server's own.
 * Rejects with the socket's error when either side breaks off.
 */
export const terminateTls = async (client: Socket, upstream: Address, context: SecureContext): Promise<Joined> => {
  const server = connectTo(upstream);
  const failed = Promise.race([failureOf(client), failureOf(server)]);
  const negotiate = async (): Promise<Joined> => {
    for (;;) {
      const first = await readUpTo(client, 8);
      if (first[0] === 0x16) {
        // sslnegotiation=direct: no request goes before the handshake.
        client.unshift(first);
        return { ...(await join(client, server, context)), tlsTurnarounds: 1 };
      }
      const code = first.length === 8 && first.readInt32BE(0) === 8 ? first.readInt32BE(4) : 0;
      if (code === gssRequest) {
        client.write(no);
      } else if (code === sslRequest) {
        server.write(first);
        const answer = await readUpTo(server, 1);
        client.write(answer);
        if (answer[0] === yes[0]) {
          const joined = await join(client, server, context);
          return { ...joined, tlsTurnarounds: 1 + handshakeTurnarounds(joined.client) };
        }
      } else {
        client.unshift(first);
        return { client, server, tlsTurnarounds: undefined };
      }
    }
  };
  try {
    return await Promise.race([negotiate(), failed]);
  } catch (error) {
    client.destroy();
    server.destroy();
    throw error;
  }
};

const join = async (client: Socket, server: Socket, context: SecureContext) => {
  const secureClient = new TLSSocket(client, { isServer: true, secureContext: context, ALPNProtocols: alpn });
  // The upstream's certificate is not what this tool checks: it is the one that was named on the command line.
  const secureServer = connectTls({ socket: server, rejectUnauthorized: false, ALPNProtocols: alpn });
  await Promise.all([once(secureClient, 'secure'), once(secureServer, 'secureConnect')]);
  return { client: secureClient as Socket & TLSSocket, server: secureServer as Socket };
};

/** TLS 1.3 takes one, before it two. */
const handshakeTurnarounds = (socket: Socket): number =>
  socket instanceof TLSSocket && socket.getProtocol() === 'TLSv1.3' ? 1 : 2;

const once = (socket: TLSSocket, event: string): Promise<void> =>
  new Promise((resolve, reject) => {
    socket.once(event, resolve);
    socket.once('error', reject);
  });

const failureOf = (socket: Socket): Promise<never> =>
  new Promise((_, reject) => {
    socket.once('error', reject);
    socket.once('close', () => reject(new Error('closed during TLS negotiation')));
  });

/** Reads exactly `bytes`, or less when they start a TLS record or the stream ends. */
const readUpTo = (socket: Socket, bytes: number): Promise<Buffer> =>
  new Promise((resolve) => {
    let held = Buffer.alloc(0);
    const done = (): void => {
      socket.off('data', onData);
      socket.off('end', done);
      socket.pause();
      if (held.length > bytes) socket.unshift(held.subarray(bytes));
      resolve(held.subarray(0, bytes));
    };
    const onData = (chunk: Buffer): void => {
      held = Buffer.concat([held, chunk]);
      if (held.length >= bytes || held[0] === 0x16) done();
    };
    socket.on('data', onData);
    socket.on('end', done);
    socket.resume();
  });
