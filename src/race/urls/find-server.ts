import { lookup } from 'node:dns/promises';
import { networkInterfaces } from 'node:os';
import type { UrlTarget } from '../../plan/index.ts';
import { findListener } from '../../telemetry/index.ts';

/** Where a server runs, as far as can be told from here. */
export type ServerPlace =
  /** On this machine: its processes' CPU and memory can be read. */
  | { readonly kind: 'process'; readonly pid: number }
  /** On this machine, but which processes are its own cannot be told. */
  | { readonly kind: 'hidden'; readonly reason: string }
  /** On another one. */
  | { readonly kind: 'remote'; readonly reason: string };

/** Programs that hold a port for a server that runs elsewhere: their CPU is not the server's. */
const forwarders = new Set(['docker-proxy', 'rootlessport', 'slirp4netns', 'pasta', 'ssh', 'sshd', 'kubectl', 'socat']);

/** Looks for the process that listens where the target is. */
export const findServer = async ({ host, port }: UrlTarget): Promise<ServerPlace> => {
  const addresses = await lookup(host, { all: true }).catch(() => []);
  if (!addresses.some(({ address }) => isOwn(address))) {
    return { kind: 'remote', reason: `it runs on another machine (${host})` };
  }
  const listener = await findListener(port);
  if (listener === undefined) {
    return {
      kind: 'hidden',
      reason: `the process that listens on port ${port} is another user's, or in a container`,
    };
  }
  const { pid, name } = listener;
  return forwarders.has(name)
    ? { kind: 'hidden', reason: `${name} listens on port ${port} for a server that runs elsewhere` }
    : { kind: 'process', pid };
};

const isOwn = (address: string): boolean =>
  /^127\.|^::1$/.test(address) ||
  Object.values(networkInterfaces()).some((all) => (all ?? []).some((one) => one.address === address));
