import { constants } from 'node:crypto';
import type { Socket } from 'node:net';
import {
  connect as connectTls,
  createSecureContext,
  type SecureContext,
  type SecureVersion,
  TLSSocket,
} from 'node:tls';
import { describeThrown, PitwallError } from '../../base/index.ts';
import { encryptionAnswers, requestCodes, tlsHandshake } from '../postgres/message-types.ts';
import { type Address, connectTo } from './address.ts';
import { type ClientHello, groupNumbers, parseClientHello } from './client-hello.ts';

/** Two ends in clear, ready to be joined. */
export interface Joined {
  readonly client: Socket;
  readonly server: Socket;
  /** What the client waited for before: requests for encryption, granted or not, and a handshake. */
  readonly tlsRoundTrips: number;
}

export interface Certificate {
  /** PEM. */
  readonly key: string | Buffer;
  readonly cert: string | Buffer;
}

const alpn = ['postgresql'];
/** A client asks for TLS and GSSAPI once each; who goes on asking gets the server's own answer. */
const maxRequests = 4;
const closedEarly = 'closed during TLS negotiation';

/** Takes TLS off a connection; rejects with the socket's error when either side breaks off. */
export type TlsTerminator = (client: Socket, upstream: Address) => Promise<Joined>;

/**
 * Takes TLS off a client's connection, where it asks for TLS and the server grants it, and puts it on again towards the
 * server. It mirrors what the server chose (the newest version, the group of the key exchange, the application protocol)
 * within what the client offers, so that the client waits as often as it would without a tap. Everything else is
 * joined as it is. A client that binds SCRAM to the channel (SCRAM-SHA-256-PLUS) accepts the tap only if its
 * certificate is the server's own. Throws `observe.invalid` when key and certificate can't be used.
 */
export const createTlsTerminator = (certificate: Certificate): TlsTerminator => {
  const contextFor = createContexts(certificate);
  const secure = async (client: Socket, server: Socket, requestRoundTrips: number): Promise<Joined> => {
    // Behind a request both sides begin at once; without one it is known already what the client offers.
    const direct = requestRoundTrips === 0 ? await readHello(client) : undefined;
    // The certificate upstream is not checked: the address was named by the user.
    const secureServer = connectTls({
      socket: server,
      rejectUnauthorized: false,
      ...(direct === undefined || direct.hasAlpn ? { ALPNProtocols: alpn } : {}),
    });
    await once(secureServer, 'secureConnect');
    const newest = secureServer.getProtocol() === 'TLSv1.2' ? 'TLSv1.2' : 'TLSv1.3';
    const hello = direct ?? (await readHello(client));
    const group = groupKey(secureServer, hello);
    const secureClient = new TLSSocket(client, {
      isServer: true,
      secureContext: contextFor(newest, group),
      ...(typeof secureServer.alpnProtocol === 'string' ? { ALPNProtocols: alpn } : {}),
    });
    await once(secureClient, 'secure');
    const isRetried = group !== undefined && hello.keyShares?.includes(groupNumbers[group]!) === false;
    const handshakeRoundTrips = secureClient.getProtocol() === 'TLSv1.2' || isRetried ? 2 : 1;
    return { client: secureClient, server: secureServer, tlsRoundTrips: requestRoundTrips + handshakeRoundTrips };
  };

  const negotiate = async (client: Socket, server: Socket): Promise<Joined> => {
    for (let roundTrips = 0; ; roundTrips += 1) {
      const first = await peek(client, (held) => (held[0] === tlsHandshake ? 1 : 8));
      // sslnegotiation=direct: no request goes before the handshake.
      if (first[0] === tlsHandshake) return secure(client, server, roundTrips);
      const code = first.length === 8 && first.readInt32BE(0) === 8 ? first.readInt32BE(4) : 0;
      // In clear, or the request to cancel a query.
      const isRequest = (code === requestCodes.gss || code === requestCodes.ssl) && roundTrips < maxRequests;
      if (!isRequest) return { client, server, tlsRoundTrips: roundTrips };
      await take(client, first.length);
      if (code === requestCodes.gss) {
        client.write(Buffer.of(encryptionAnswers.no));
        continue;
      }
      server.write(first);
      const answer = await peek(server, () => 1);
      if (answer[0] !== encryptionAnswers.tls && answer[0] !== encryptionAnswers.no) {
        // An error in clear: both go on as they are.
        return { client, server, tlsRoundTrips: roundTrips + 1 };
      }
      await take(server, 1);
      client.write(answer);
      if (answer[0] === encryptionAnswers.tls) return secure(client, server, roundTrips + 1);
    }
  };

  return async (client, upstream) => {
    const server = connectTo(upstream);
    try {
      return await Promise.race([negotiate(client, server), describeFailure(client), describeFailure(server)]);
    } catch (error) {
      client.destroy();
      server.destroy();
      throw error;
    }
  };
};

/** A context for each newest version and group that is asked for, each made once. */
const createContexts = (
  certificate: Certificate,
): ((newest: SecureVersion, group: string | undefined) => SecureContext) => {
  const contexts = new Map<string, SecureContext>();
  const contextFor = (newest: SecureVersion, group: string | undefined): SecureContext => {
    const name = `${newest} ${group}`;
    const known = contexts.get(name);
    if (known !== undefined) return known;
    const context = createSecureContext({
      ...certificate,
      // Which of them is the client's to choose, as it would be with the server.
      minVersion: 'TLSv1.2',
      maxVersion: newest,
      // Postgres resumes no sessions either: a resumed one would be a round trip less.
      secureOptions: constants.SSL_OP_NO_TICKET,
      ...(group === undefined ? {} : { ecdhCurve: group }),
    });
    contexts.set(name, context);
    return context;
  };
  try {
    contextFor('TLSv1.3', undefined);
  } catch (cause) {
    throw new PitwallError(
      'observe.invalid',
      `The tap can't use its TLS key and certificate: ${describeThrown(cause)}.`,
      {
        cause,
      },
    );
  }
  return contextFor;
};

/** The group of the key exchange with the server, where it is one that the client can be asked for in turn. */
const groupKey = (server: TLSSocket, { groups }: ClientHello): string | undefined => {
  const info = server.getEphemeralKeyInfo();
  const name = info !== null && 'name' in info ? info.name : undefined;
  if (name === undefined || !(name in groupNumbers)) return undefined;
  return groups?.includes(groupNumbers[name]!) === false ? undefined : name;
};

const once = (socket: TLSSocket, event: string): Promise<void> =>
  new Promise((resolve, reject) => {
    socket.once(event, resolve);
    socket.once('error', reject);
  });

const describeFailure = (socket: Socket): Promise<never> =>
  new Promise((_, reject) => {
    socket.once('error', reject);
    socket.once('close', () => reject(new Error(closedEarly)));
  });

/** Reads until `split` can part what was read; what it leaves goes back as one chunk. Rejects when the stream ends before. */
const hold = <T>(socket: Socket, split: (held: Buffer) => { taken: T; left: Buffer } | undefined): Promise<T> =>
  new Promise((resolve, reject) => {
    let held = Buffer.alloc(0);
    const leave = (): void => {
      socket.off('data', onData);
      socket.off('end', onEnd);
      socket.pause();
    };
    const onEnd = (): void => {
      leave();
      reject(new Error(closedEarly));
    };
    const onData = (chunk: Buffer): void => {
      held = Buffer.concat([held, chunk]);
      const parts = split(held);
      if (parts === undefined) return;
      leave();
      if (parts.left.length > 0) socket.unshift(parts.left);
      resolve(parts.taken);
    };
    socket.on('data', onData);
    socket.on('end', onEnd);
    socket.resume();
  });

/**
 * The first `wanted(held)` bytes, which stay in the stream in one piece with what came along: PgBouncer refuses a
 * start-up message that comes in two.
 */
const peek = (socket: Socket, wanted: (held: Buffer) => number): Promise<Buffer> =>
  hold(socket, (held) => {
    const bytes = wanted(held);
    return held.length < bytes ? undefined : { taken: held.subarray(0, bytes), left: held };
  });

/** The first bytes; what came beyond stays in the stream. */
const take = (socket: Socket, bytes: number): Promise<Buffer> =>
  hold(socket, (held) =>
    held.length < bytes ? undefined : { taken: held.subarray(0, bytes), left: held.subarray(bytes) },
  );

/** What the client offers; its record stays in the stream. */
const readHello = async (socket: Socket): Promise<ClientHello> =>
  parseClientHello(await peek(socket, (held) => (held.length < 5 ? 5 : 5 + held.readUInt16BE(3))));
