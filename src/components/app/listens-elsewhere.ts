import { groupMembers, listDescendants, listListening } from '../../agent/index.ts';
import type { Clock } from '../../base/index.ts';
import type { TcpAddress } from '../network/link.ts';

/** A server that opens several ports does it within less; one that keeps to another port says so sooner than its time runs out. */
const waitMs = 4_000;

/**
 * Says why a server does not answer, once it has listened for a while and not where it is asked to: on another port, or on the right one at
 * another address. Undefined while it may still come.
 */
export const createListenCheck = ({ host, port }: TcpAddress, clock: Clock) => {
  let sinceNs: number | undefined;
  return (pid: number): string | undefined => {
    const sockets = listListening([...groupMembers(pid), ...listDescendants(pid)].map((process) => process.pid));
    const found = describeListening(sockets, { host, port });
    if (found === undefined) {
      sinceNs = undefined;
      return undefined;
    }
    sinceNs ??= clock.nowNs();
    return clock.nowNs() - sinceNs < waitMs * 1e6 ? undefined : found;
  };
};

/** What is wrong with where a server listens; undefined where it listens nowhere yet, or where it is to. */
export const describeListening = (
  sockets: ReturnType<typeof listListening>,
  { host, port }: TcpAddress,
): string | undefined => {
  if (sockets.length === 0) return undefined;
  const there = sockets.filter((socket) => socket.port === port);
  if (there.some(({ address }) => reaches(address, host))) return undefined;
  if (there.length > 0) return `It listens on port ${port}, but not at ${host}; it gets the address as HOST and {host}`;
  const ports = [...new Set(sockets.map((socket) => socket.port))].sort((a, b) => a - b);
  return `It listens on ${ports.join(' and ')}, not on ${port}; it gets the port as PORT and {port}, or say \`port: ${ports[0]}\` in its candidate.yaml`;
};

/** The kernel writes addresses as words of four bytes in the machine's own order, IPv4 within IPv6 in the last of four. */
const reaches = (address: string, host: string): boolean => {
  if (/^0+$/.test(address)) return true;
  const word = host
    .split('.')
    .reverse()
    .map((part) => Number(part).toString(16).padStart(2, '0'));
  return address.endsWith(word.join('').toUpperCase());
};
