import type { Socket } from 'node:net';
import { connect } from 'node:net';
import { PitwallError } from '../../base/index.ts';

/** Where to listen or connect: TCP, or a unix socket. */
export type Address = { readonly host: string; readonly port: number } | { readonly path: string };

/** sockaddr_un.sun_path has 108 bytes, one of them a zero. */
const maxPathBytes = 107;

/** `HOST:PORT`, `:PORT` or `PORT` (127.0.0.1), `[::1]:PORT`, or a path that holds a slash. Throws `observe.invalid`. */
export const parseAddress = (text: string): Address => {
  if (text.includes('/')) {
    const bytes = Buffer.byteLength(text);
    // The kernel would take the beginning of it.
    if (bytes <= maxPathBytes) return { path: text };
    const named = `${text.slice(0, 40)}...`;
    throw new PitwallError(
      'observe.invalid',
      `The path of a socket has at most ${maxPathBytes} bytes; this one has ${bytes} bytes: ${named}`,
    );
  }
  const match = /^(?:\[([^\]]+)\]|([^:]*)):(\d+)$/.exec(/^\d+$/.test(text) ? `:${text}` : text);
  const port = Number(match?.[3]);
  if (match === null || port > 65535) {
    throw new PitwallError(
      'observe.invalid',
      `"${text}" is no address: expected HOST:PORT, PORT or the path of a socket.`,
    );
  }
  return { host: match[1] ?? (match[2] || '127.0.0.1'), port };
};

export const formatAddress = (address: Address): string => {
  if ('path' in address) return address.path;
  return address.host.includes(':') ? `[${address.host}]:${address.port}` : `${address.host}:${address.port}`;
};

/** A connection that stays open for reading when the other side has ended its part. */
export const connectTo = (address: Address): Socket => connect({ ...address, noDelay: true, allowHalfOpen: true });
