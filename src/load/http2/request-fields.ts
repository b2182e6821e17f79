import type { HeaderField } from '../job/request-headers.ts';

/** Fields of HTTP/1.1's connections, which HTTP/2 forbids: RFC 9113, 8.2.2. */
const connectionSpecific = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'transfer-encoding',
  'upgrade',
  'http2-settings',
]);

/** Why HTTP/2 can't send these fields; undefined when it can. */
export const findFieldProblem = (fields: readonly HeaderField[]): string | undefined => {
  for (const [name, value] of fields) {
    const lower = name.toLowerCase();
    if (connectionSpecific.has(lower)) return `HTTP/2 has no field ${name}, which is for connections of HTTP/1.1`;
    if (lower === 'te' && value.trim().toLowerCase() !== 'trailers') {
      return `HTTP/2 knows "TE: trailers" only, not "TE: ${value}"`;
    }
  }
  return undefined;
};
