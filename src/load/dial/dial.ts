import { lookup } from 'node:dns/promises';
import { connect, isIP, type OnReadOpts, type Socket } from 'node:net';
import {
  type ConnectionOptions,
  checkServerIdentity,
  connect as connectTls,
  createSecureContext,
  rootCertificates,
  type SecureContext,
} from 'node:tls';
import { type Clock, describeThrown, PitwallError, unlessAborted } from '../../base/index.ts';
import type { LoadJob } from '../job/job.ts';
import { Tunnel } from './tunnel.ts';

/** Opens connections to one place. */
export interface Dialler {
  /** How long the name took to resolve; 0 for an address. */
  readonly dnsNs: number;
  readonly isTls: boolean;
  dial(onread: OnReadOpts | undefined): Socket;
}

const probeTimeoutMs = 2_000;

export interface DialOptions {
  /** Which of several addresses is dialled first: the workers take turns as well. @default 0 */
  readonly first?: number;
  /** Ends the wait for addresses. */
  readonly signal?: AbortSignal | undefined;
  /** @default the system's resolver */
  readonly resolve?: (host: string, family: 4 | 6 | undefined) => Promise<readonly string[]>;
}

/**
 * Resolves the target once. Several addresses take turns, those that accept a connection (`localhost` is often ::1 and 127.0.0.1, and few
 * servers listen on both), or all when none does: then the requests will say so. Throws `load.failed` for an unknown name.
 */
export const openDialler = async (
  job: Pick<LoadJob, 'target' | 'tls' | 'tunnel' | 'authority' | 'protocol' | 'connectTimeoutMs'>,
  clock: Clock,
  { first = 0, signal, resolve = resolveName }: DialOptions = {},
): Promise<Dialler> => {
  const { target } = job;
  let dnsNs = 0;
  let places: readonly Place[];
  if ('socketPath' in target) {
    places = [{ path: target.socketPath }];
  } else if (target.isResolvedEachTime === true) {
    const { host, port, family } = target;
    places = [{ host, port, ...(family !== undefined && { family }) }];
  } else {
    const { host, port, family } = target;
    const startNs = clock.nowNs();
    const resolving = isIP(host) ? Promise.resolve([host]) : resolve(host, family);
    const addresses = await (signal === undefined ? resolving : unlessAborted(resolving, signal));
    if (!isIP(host)) dnsNs = clock.nowNs() - startNs;
    places = (await thatAccept([...new Set(addresses)], port, signal)).map((address) => ({ host: address, port }));
  }
  let turn = first;
  const { connectTimeoutMs } = job;
  const tlsOptions = job.tls === undefined ? undefined : tlsOptionsOf(job, job.tls);
  const open = (onread: OnReadOpts | undefined): Socket => {
    const place = places[turn++ % places.length]!;
    if (tlsOptions !== undefined && job.tunnel !== undefined && 'host' in place)
      return connectThrough(new Tunnel(place, job.tunnel), tlsOptions, onread);
    const options = { ...place, noDelay: true, ...(onread && { onread }) };
    return tlsOptions === undefined ? connect(options) : connectTls({ ...options, ...tlsOptions });
  };
  const isTls = tlsOptions !== undefined;
  return {
    dnsNs,
    isTls,
    dial: (onread) => {
      const socket = open(onread);
      if (connectTimeoutMs !== undefined) limitDial(socket, isTls ? 'secureConnect' : 'connect', connectTimeoutMs);
      return socket;
    },
  };
};

type Place = { readonly path: string } | { readonly host: string; readonly port: number; readonly family?: number };

const tlsOptionsOf = (
  { authority, protocol }: Pick<LoadJob, 'authority' | 'protocol'>,
  { serverName: given, isVerified, ca, client }: NonNullable<LoadJob['tls']>,
): ConnectionOptions => {
  const serverName = (given ?? authority.replace(/:\d+$/, '')).replace(/^\[|\]$/g, '');
  return {
    rejectUnauthorized: isVerified,
    ...(isIP(serverName) ? {} : { servername: serverName }),
    // By itself it would take the address that was dialled where no name is asked for.
    checkServerIdentity: (_host, certificate) => checkServerIdentity(serverName, certificate),
    // Made once: a context of its own for each dial would read the certificates again.
    secureContext: contextOf(ca, client),
    ALPNProtocols: [protocol],
  };
};

const contextOf = (
  ca: string | undefined,
  client: { readonly certificate: string; readonly key: string } | undefined,
): SecureContext => {
  try {
    return createSecureContext({
      ...(ca !== undefined && { ca: [...rootCertificates, ca] }),
      ...(client !== undefined && { cert: client.certificate, key: client.key }),
    });
  } catch (error) {
    throw new PitwallError('load.invalid', `The certificates of TLS can't be used: ${describeThrown(error)}`, {
      cause: error,
    });
  }
};

/** TLS over a stream that is no socket: Node reads into the buffer of `onread` only from sockets of its own. */
const connectThrough = (tunnel: Tunnel, options: ConnectionOptions, onread: OnReadOpts | undefined): Socket => {
  const socket = connectTls({ ...options, socket: tunnel });
  tunnel.on('error', (error) => socket.destroy(error));
  if (onread === undefined) return socket;
  const buffer = typeof onread.buffer === 'function' ? onread.buffer() : onread.buffer;
  return socket.on('data', (chunk: Buffer) => {
    for (let from = 0; from < chunk.length && !socket.destroyed; from += buffer.length) {
      const part = chunk.subarray(from, from + buffer.length);
      buffer.set(part);
      onread.callback(part.length, buffer);
    }
  });
};

const limitDial = (socket: Socket, opened: 'connect' | 'secureConnect', limitMs: number): void => {
  const timer = setTimeout(() => socket.destroy(new Error('connect timeout')), limitMs);
  socket.once(opened, () => clearTimeout(timer));
  socket.once('close', () => clearTimeout(timer));
};

const resolveName = async (host: string, family: 4 | 6 | undefined): Promise<string[]> => {
  try {
    return (await lookup(host, { all: true, family: family ?? 0 })).map(({ address }) => address);
  } catch (error) {
    throw new PitwallError('load.failed', `The name ${host} can't be resolved: ${describeThrown(error)}`, {
      cause: error,
    });
  }
};

const thatAccept = async (
  addresses: readonly string[],
  port: number,
  signal: AbortSignal | undefined,
): Promise<readonly string[]> => {
  if (addresses.length === 1) return addresses;
  const answers = await Promise.all(addresses.map((host) => accepts(host, port, signal)));
  const open = addresses.filter((_, index) => answers[index]);
  return open.length > 0 ? open : addresses;
};

const accepts = (host: string, port: number, signal: AbortSignal | undefined): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect({ host, port, ...(signal !== undefined && { signal }) });
    const settle = (isOpen: boolean) => {
      socket.destroy();
      resolve(isOpen);
    };
    socket.setTimeout(probeTimeoutMs, () => settle(false));
    socket.once('connect', () => settle(true));
    socket.once('error', () => settle(false));
  });
