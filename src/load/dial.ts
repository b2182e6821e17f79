import { lookup } from 'node:dns/promises';
import { connect, isIP, type OnReadOpts, type Socket } from 'node:net';
import { connect as connectTls, rootCertificates } from 'node:tls';
import { type Clock, messageOf, PitwallError } from '../base/index.ts';
import type { LoadJob } from './job.ts';

/** Opens connections to one place. */
export interface Dialler {
  /** How long the name took to resolve; 0 for an address. */
  readonly dnsNs: number;
  readonly isTls: boolean;
  dial(onread: OnReadOpts | undefined): Socket;
}

const probeTimeoutMs = 2_000;

/**
 * Resolves the target once. Of several addresses (`localhost` is often ::1 and 127.0.0.1) it takes the first that accepts a
 * connection, or the first of all when none does: then the requests will say so. Throws `load.failed` for an unknown name.
 */
export const openDialler = async (
  job: Pick<LoadJob, 'target' | 'tls' | 'authority' | 'protocol'>,
  clock: Clock,
): Promise<Dialler> => {
  const { target } = job;
  let dnsNs = 0;
  let place: { path: string } | { host: string; port: number };
  if ('socketPath' in target) {
    place = { path: target.socketPath };
  } else {
    const startNs = clock.nowNs();
    const addresses = isIP(target.host) ? [target.host] : await resolve(target.host, target.family);
    if (!isIP(target.host)) dnsNs = clock.nowNs() - startNs;
    place = { host: await firstThatAccepts(addresses, target.port), port: target.port };
  }
  const { tls } = job;
  return {
    dnsNs,
    isTls: tls !== undefined,
    dial: (onread) => {
      const options = { ...place, noDelay: true, ...(onread && { onread }) };
      if (tls === undefined) return connect(options);
      const serverName = tls.serverName ?? job.authority.replace(/:\d+$/, '');
      return connectTls({
        ...options,
        rejectUnauthorized: tls.isVerified,
        ...(isIP(serverName.replace(/^\[|\]$/g, '')) ? {} : { servername: serverName }),
        ...(tls.ca !== undefined && { ca: [...rootCertificates, tls.ca] }),
        ALPNProtocols: [job.protocol],
      });
    },
  };
};

const resolve = async (host: string, family: 4 | 6 | undefined): Promise<string[]> => {
  try {
    return (await lookup(host, { all: true, family: family ?? 0 })).map(({ address }) => address);
  } catch (error) {
    throw new PitwallError('load.failed', `The name ${host} can't be resolved: ${messageOf(error)}`, { cause: error });
  }
};

const firstThatAccepts = async (addresses: readonly string[], port: number): Promise<string> => {
  if (addresses.length > 1) {
    for (const host of addresses) if (await accepts(host, port)) return host;
  }
  return addresses[0]!;
};

const accepts = (host: string, port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect({ host, port });
    const settle = (isOpen: boolean) => {
      socket.destroy();
      resolve(isOpen);
    };
    socket.setTimeout(probeTimeoutMs, () => settle(false));
    socket.once('connect', () => settle(true));
    socket.once('error', () => settle(false));
  });
