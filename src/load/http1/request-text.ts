import { headerFields, splitTokens } from '../job/request-headers.ts';
import type { LoadRequest } from '../job/types.ts';

/** A request as it goes over the wire. */
export interface WireRequest {
  /** As Latin-1 text: one character a byte. Without its body where that is kept apart. */
  readonly text: string;
  /** A large body, whose bytes all connections share: a copy for each would fill the memory. */
  readonly body: Buffer | undefined;
  readonly isHead: boolean;
  /** Whether it may be sent again when nobody knows what became of it (RFC 9110, 9.2.2). */
  readonly isIdempotent: boolean;
  /** It says that the connection closes after its answer (RFC 9112, 9.6). */
  readonly closes: boolean;
}

/** Texts up to this size always fit the kernel's buffer of an idle connection. */
export const maxTextBytes = 4096;

const idempotent = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE', 'PUT', 'DELETE']);

/** Writes a request. Cookies of a connection are put in by `withCookies`. */
export const wireRequest = (request: LoadRequest, authority: string, isKeptAlive: boolean): WireRequest => {
  const fields = headerFields(request.headers);
  const findValue = (name: string): string | undefined => fields.find((field) => field[0].toLowerCase() === name)?.[1];
  const connection = fields
    .filter(([name]) => name.toLowerCase() === 'connection')
    .flatMap(([, value]) => splitTokens(value));
  const isChunked = findValue('transfer-encoding') !== undefined;
  const body = isChunked ? chunked(readBody(request)) : readBody(request);
  const lines = [`${request.method} ${request.path} HTTP/1.1`];
  if (findValue('host') === undefined) lines.push(`Host: ${readLatin1(authority)}`);
  for (const [name, value] of fields) lines.push(`${name}: ${readLatin1(value)}`);
  if (!isKeptAlive && connection.length === 0) lines.push('Connection: close');
  const needsLength = body.length > 0 || ['POST', 'PUT', 'PATCH'].includes(request.method);
  if (needsLength && !isChunked && findValue('content-length') === undefined)
    lines.push(`Content-Length: ${body.length}`);
  const head = `${lines.join('\r\n')}\r\n\r\n`;
  const isSmall = head.length + body.length <= maxTextBytes;
  return {
    text: isSmall ? head + body.toString('latin1') : head,
    body: isSmall ? undefined : body,
    isHead: request.method === 'HEAD',
    isIdempotent: idempotent.has(request.method),
    closes: !isKeptAlive || connection.includes('close'),
  };
};

/** The same request with a connection's cookies: beside those that it has, in one field (RFC 6265, 5.4). */
export const withCookies = (text: string, cookies: string): string => {
  if (cookies === '') return text;
  const own = /\r\ncookie: /i.exec(text.slice(0, text.indexOf('\r\n\r\n') + 2));
  if (own !== null) {
    const at = own.index + own[0].length;
    return `${text.slice(0, at)}${cookies}; ${text.slice(at)}`;
  }
  const lineEnd = text.indexOf('\r\n') + 2;
  return `${text.slice(0, lineEnd)}Cookie: ${cookies}\r\n${text.slice(lineEnd)}`;
};

const readBody = ({ body, bodyBase64 }: LoadRequest): Buffer =>
  bodyBase64 !== undefined ? Buffer.from(bodyBase64, 'base64') : Buffer.from(body ?? '', 'utf8');

/** One chunk, and the end. */
const chunked = (body: Buffer): Buffer =>
  body.length === 0
    ? Buffer.from('0\r\n\r\n')
    : Buffer.concat([Buffer.from(`${body.length.toString(16)}\r\n`), body, Buffer.from('\r\n0\r\n\r\n')]);

/** Text goes out as UTF-8. */
const readLatin1 = (text: string): string => Buffer.from(text, 'utf8').toString('latin1');
