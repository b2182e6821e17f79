import { z } from 'zod';
import { headerFields, splitTokens } from './request-headers.ts';
import type { LoadRequest } from './types.ts';

const token = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
// Printable ASCII, no space: anything else would break the request line.
const pathText = /^[\x21-\x7e]+$/;
const fieldText = /^(?:\t|\P{Cc})*$/u;

const headerName = z.string().regex(token, 'not a header name');
const headerValue = z.string().regex(fieldText, 'a header value has no control characters');

/** A host, with a port or without. What stands between its characters is the caller's, but it can't end the line. */
export const authoritySchema = z.string().regex(/^[^\s\p{Cc}]+$/u, 'a host has no spaces or control characters');

export const headersSchema = z.union([
  z.record(headerName, headerValue),
  z.array(z.tuple([headerName, headerValue]).readonly()).readonly(),
]);

export const requestSchema = z.strictObject({
  method: z.string().regex(token, 'not a method'),
  path: z.string().regex(pathText, 'a path has no spaces or control characters: percent-encode them'),
  headers: headersSchema,
  body: z.string().optional(),
  bodyBase64: z.base64().optional(),
  weight: z.number().positive().optional(),
  route: z
    .string()
    .max(200)
    .regex(/^\P{Cc}+$/u, 'a route has no control characters')
    .optional(),
});

/** What makes a request impossible to send as it is; undefined when it can be sent. */
export const findRequestProblem = ({ headers, body, bodyBase64 }: LoadRequest): string | undefined => {
  if (body !== undefined && bodyBase64 !== undefined) return 'it has both body and bodyBase64';
  const fields = headerFields(headers);
  const listValues = (wanted: string): string[] =>
    fields.filter(([name]) => name.toLowerCase() === wanted).map(([, value]) => value);
  const lengths = listValues('content-length');
  const codings = listValues('transfer-encoding');
  const bodyBytes = bodyBase64 === undefined ? Buffer.byteLength(body ?? '') : Buffer.from(bodyBase64, 'base64').length;
  if (codings.length > 0) {
    const tokens = codings.flatMap(splitTokens);
    if (tokens.length !== 1 || tokens[0] !== 'chunked') {
      return `its Transfer-Encoding is ${codings.join(', ')}: bodies are sent chunked, or as they are`;
    }
    if (lengths.length > 0) return 'it has both Content-Length and Transfer-Encoding (RFC 9112, 6.2)';
  }
  const wrong = lengths.find((value) => value.trim() !== String(bodyBytes));
  return wrong === undefined ? undefined : `its Content-Length is ${wrong}, but its body has ${bodyBytes} bytes`;
};
