import type { LoadRequest } from '../types.ts';

/**
 * A request as it goes over the wire, as Latin-1 text: one character a byte, whatever the body. Cookies are put in by `withCookies`.
 */
export const requestText = (request: LoadRequest, authority: string, isKeptAlive: boolean): string => {
  const names = new Set(Object.keys(request.headers).map((name) => name.toLowerCase()));
  const body = bodyText(request);
  const lines = [`${request.method} ${request.path} HTTP/1.1`];
  if (!names.has('host')) lines.push(`Host: ${authority}`);
  for (const [name, value] of Object.entries(request.headers)) lines.push(`${name}: ${value}`);
  if (!isKeptAlive && !names.has('connection')) lines.push('Connection: close');
  const needsLength = body !== '' || ['POST', 'PUT', 'PATCH'].includes(request.method);
  if (needsLength && !names.has('content-length') && !names.has('transfer-encoding')) {
    lines.push(`Content-Length: ${body.length}`);
  }
  return `${lines.join('\r\n')}\r\n\r\n${body}`;
};

/** The same request with a Cookie header after its request line. */
export const withCookies = (text: string, cookies: string): string => {
  if (cookies === '') return text;
  const lineEnd = text.indexOf('\r\n') + 2;
  return `${text.slice(0, lineEnd)}Cookie: ${cookies}\r\n${text.slice(lineEnd)}`;
};

const bodyText = ({ body, bodyBase64 }: LoadRequest): string => {
  if (bodyBase64 !== undefined) return Buffer.from(bodyBase64, 'base64').toString('latin1');
  return body === undefined ? '' : Buffer.from(body, 'utf8').toString('latin1');
};
