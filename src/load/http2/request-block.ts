import { headerFields } from '../job/request-headers.ts';
import type { LoadRequest } from '../job/types.ts';
import { flagEndHeaders, flagEndStream, frameTypes } from './frame-reader.ts';
import { staticTable } from './hpack/static-table.ts';

/** A request as it goes over a stream: Latin-1 text, one character a byte. */
export interface Http2Request {
  /** Length, type and flags of the HEADERS frame, where one is enough. */
  readonly framePrefix: string;
  /** The fields, as HPACK has them. */
  readonly block: string;
  /** Empty where there is none. */
  readonly body: string;
  readonly isHead: boolean;
  /** Whether it may be sent again when it may have been processed (RFC 9110, 9.2.2). */
  readonly isIdempotent: boolean;
}

const idempotent = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE', 'PUT', 'DELETE']);
const withLength = new Set(['POST', 'PUT', 'PATCH']);
/** Values that no table on the way should keep. */
const sensitive = new Set(['authorization', 'proxy-authorization', 'cookie']);

export const encodeRequest = (request: LoadRequest, scheme: 'http' | 'https', authority: string): Http2Request => {
  const body = bodyText(request);
  // RFC 9113, 8.2.1: no space around values, and names in lower case.
  const fields = headerFields(request.headers).map(
    ([name, value]) => [name.toLowerCase(), readLatin1(trimSpace(value))] as const,
  );
  const host = fields.find(([name]) => name === 'host')?.[1];
  const hasLength = fields.some(([name]) => name === 'content-length');
  const needsLength = !hasLength && (body !== '' || withLength.has(request.method));
  const block = [
    [':method', request.method] as const,
    [':scheme', scheme] as const,
    // RFC 9113, 8.3.1: a Host field would have to say the same.
    [':authority', host ?? readLatin1(authority)] as const,
    [':path', request.path] as const,
    ...fields.filter(([name]) => name !== 'host'),
    ...(needsLength ? [['content-length', String(body.length)] as const] : []),
  ]
    .map(([name, value]) => encodeField(name, value))
    .join('');
  const flags = flagEndHeaders | (body === '' ? flagEndStream : 0);
  return {
    framePrefix: framePrefix(block.length, frameTypes.headers, flags),
    block,
    body,
    isHead: request.method === 'HEAD',
    isIdempotent: idempotent.has(request.method),
  };
};

/**
 * The same request with a connection's cookies, beside those that it has: a field of them may come in several (RFC 9113, 8.2.3).
 */
export const withCookies = (request: Http2Request, cookies: string): Http2Request => {
  if (cookies === '') return request;
  const block = request.block + encodeField('cookie', cookies);
  const flags = request.framePrefix.charCodeAt(4);
  return { ...request, block, framePrefix: framePrefix(block.length, frameTypes.headers, flags) };
};

/** Length, type and flags of a frame. */
export const framePrefix = (length: number, type: number, flags: number): string =>
  String.fromCharCode((length >> 16) & 255, (length >> 8) & 255, length & 255, type, flags);

/** Four bytes. */
export const word = (value: number): string =>
  String.fromCharCode((value >>> 24) & 255, (value >>> 16) & 255, (value >>> 8) & 255, value & 255);

/** Written by the static table where it has the field, else as a literal that no dynamic table keeps: so a block is the same on every connection. */
const encodeField = (name: string, value: string): string => {
  const whole = staticTable.findIndex((entry) => entry.name === name && entry.value === value) + 1;
  if (whole > 0 && value !== '') return encodeInteger(0x80, 7, whole);
  const named = staticTable.findIndex((entry) => entry.name === name) + 1;
  const first = sensitive.has(name) ? 0x10 : 0;
  return encodeInteger(first, 4, named) + (named === 0 ? encodeText(name) : '') + encodeText(value);
};

const trimSpace = (value: string): string => value.replace(/^[ \t]+|[ \t]+$/g, '');

/** Text goes out as UTF-8. */
const readLatin1 = (text: string): string => Buffer.from(text, 'utf8').toString('latin1');

const encodeText = (text: string): string => encodeInteger(0, 7, text.length) + text;

const encodeInteger = (first: number, prefixBits: number, value: number): string => {
  const most = (1 << prefixBits) - 1;
  if (value < most) return String.fromCharCode(first | value);
  let text = String.fromCharCode(first | most);
  let left = value - most;
  for (; left >= 128; left = Math.floor(left / 128)) text += String.fromCharCode((left & 127) | 128);
  return text + String.fromCharCode(left);
};

const bodyText = ({ body, bodyBase64 }: LoadRequest): string => {
  if (bodyBase64 !== undefined) return Buffer.from(bodyBase64, 'base64').toString('latin1');
  return body === undefined ? '' : Buffer.from(body, 'utf8').toString('latin1');
};
