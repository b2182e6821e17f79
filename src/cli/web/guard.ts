import { timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

/** What a request to a page on loopback must look like; anything else is refused before it reaches a route. */
export interface Doorway {
  readonly port: number;
  readonly token: string;
  /** Names by which the server may be called, without the port. */
  readonly hostnames: readonly string[];
}

export interface IncomingRequest {
  readonly method: string;
  /** Path and query as sent. */
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
}

/**
 * The status to refuse with, or undefined to let in. A foreign Host is a page elsewhere whose name was pointed at this
 * machine; a foreign Origin is a page elsewhere that asks; a wrong token is somebody who was not given the address.
 */
export const findRefusal = ({ method, url, headers }: IncomingRequest, door: Doorway): number | undefined => {
  if (method !== 'GET' && method !== 'HEAD') return 405;
  const hosts = door.hostnames.map((name) => `${name}:${door.port}`);
  if (headers.host === undefined || !hosts.includes(headers.host)) return 421;
  if (headers.origin !== undefined && !hosts.some((host) => headers.origin === `http://${host}`)) return 403;
  const site = headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return 403;
  const [, token] = url.split('/', 2);
  return isSame(token ?? '', door.token) ? undefined : 404;
};

/** In constant time for texts of the same length; the length of the token is no secret. */
const isSame = (given: string, token: string): boolean => {
  const [a, b] = [Buffer.from(given), Buffer.from(token)];
  return a.length === b.length && timingSafeEqual(a, b);
};
