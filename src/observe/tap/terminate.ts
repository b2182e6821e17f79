import type { Socket } from 'node:net';
import {
  connect as connectTls,
  createSecureContext,
  type SecureContext,
  type SecureVersion,
  TLSSocket,
} from 'node:tls';
import { type Address, connectTo } from './address.ts';
import { groupNumbers, keyShareGroups } from './client-hello.ts';

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
const yes = 0x53;
const no = Buffer.from('N');
const clientHello = 0x16;
const alpn = ['postgresql'];

/** Takes TLS off a connection; rejects with the socket's error when either side breaks off. */
export type TlsTerminator = (client: Socket, upstream: Address) => Promise<Joined>;

/**
 * Takes TLS off a client's connection and puts it on again towards the server, whose choices it mirrors: whether
 * there is TLS at all, its version, and the group of the key exchange, so that the client waits as often as it
 * would without a tap. A client that binds SCRAM to the channel (SCRAM-SHA-256-PLUS) accepts the tap only if its
 * certificate is the server's own.
 */
export const createTlsTerminator = (certificate: Certificate): TlsTerminator => {
  const contexts = new Map<string, SecureContext>();
  const contextFor = (version: SecureVersion, group: string | undefined): SecureContext => {
    const name = `${version} ${group}`;
    const known = contexts.get(name);
    if (known !== undefined) return known;
    const context = createSecureContext({
      ...certificate,
      minVersion: version,
      maxVersion: version,
      ...(group === undefined ? {} : { ecdhCurve: group }),
    });
    contexts.set(name, context);
    return context;
  };

  const secure = async (client: Socket, server: Socket, requestTurnarounds: number): Promise<Joined> => {
    // The certificate upstream is not checked: the address was named by the user.
    const secureServer = connectTls({ socket: server, rejectUnauthorized: false, ALPNProtocols: alpn });
    await once(secureServer, 'secureConnect');
    const version = secureServer.getProtocol() === 'TLSv1.2' ? 'TLSv1.2' : 'TLSv1.3';
    const group = keyGroupOf(secureServer);

    const hello = await readRecord(client);
    client.unshift(hello);
    const secureClient = new TLSSocket(client, {
      isServer: true,
      secureContext: contextFor(version, group),
      ALPNProtocols: alpn,
    });
    await once(secureClient, 'secure');
    const isRetried = group !== undefined && keyShareGroups(hello)?.includes(groupNumbers[group]!) === false;
    const handshakeTurnarounds = version === 'TLSv1.2' || isRetried ? 2 : 1;
    return { client: secureClient, server: secureServer, tlsTurnarounds: requestTurnarounds + handshakeTurnarounds };
  };

  const negotiate = async (client: Socket, server: Socket): Promise<Joined> => {
    for (;;) {
      const first = await read(client, (held) => (held[0] === clientHello ? 1 : 8));
      if (first[0] === clientHello) {
        // sslnegotiation=direct: no request goes before the handshake.
        client.unshift(first);
        return secure(client, server, 0);
      }
      const code = first.length === 8 && first.readInt32BE(0) === 8 ? first.readInt32BE(4) : 0;
      if (code === gssRequest) {
        client.write(no);
      } else if (code === sslRequest) {
        server.write(first);
        const answer = await read(server, () => 1);
        client.write(answer);
        if (answer[0] === yes) return secure(client, server, 1);
      } else {
        client.unshift(first);
        return { client, server, tlsTurnarounds: undefined };
      }
    }
  };

  return async (client, upstream) => {
    const server = connectTo(upstream);
    try {
      return await Promise.race([negotiate(client, server), failureOf(client), failureOf(server)]);
    } catch (error) {
      client.destroy();
      server.destroy();
      throw error;
    }
  };
};

/** The group of the key exchange, where it is one that we can ask for in turn. */
const keyGroupOf = (socket: TLSSocket): string | undefined => {
  const info = socket.getEphemeralKeyInfo();
  const name = info !== null && 'name' in info ? info.name : undefined;
  return name !== undefined && name in groupNumbers ? name : undefined;
};

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

/** Reads `wanted(held)` bytes, less when the stream ends; what came beyond stays in the socket. */
const read = (socket: Socket, wanted: (held: Buffer) => number): Promise<Buffer> =>
  new Promise((resolve) => {
    let held = Buffer.alloc(0);
    const done = (): void => {
      socket.off('data', onData);
      socket.off('end', done);
      socket.pause();
      const bytes = wanted(held);
      if (held.length > bytes) socket.unshift(held.subarray(bytes));
      resolve(held.subarray(0, bytes));
    };
    const onData = (chunk: Buffer): void => {
      held = Buffer.concat([held, chunk]);
      if (held.length >= wanted(held)) done();
    };
    socket.on('data', onData);
    socket.on('end', done);
    socket.resume();
  });

/** A whole TLS record. */
const readRecord = (socket: Socket): Promise<Buffer> =>
  read(socket, (held) => (held.length < 5 ? 5 : 5 + held.readUInt16BE(3)));
