import { request } from 'node:http';
import type { WorkloadAnswer, WorkloadRequest } from '../plan/index.ts';

export interface Entrance {
  readonly host: string;
  readonly port: number;
}

/** Sends one request on a connection of its own and reads the whole answer. For checks, not for load. */
export const sendRequest = (
  { host, port }: Entrance,
  { method, path, headers, body }: WorkloadRequest,
  signal: AbortSignal,
): Promise<WorkloadAnswer> =>
  new Promise((resolve, reject) => {
    const outgoing = request({ host, port, method, path, headers, signal, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.once('error', reject);
      response.once('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: Object.fromEntries(
            Object.entries(response.headers).map(([name, value]) => [
              name,
              Array.isArray(value) ? value.join(', ') : (value ?? ''),
            ]),
          ),
          body: Buffer.concat(chunks),
        }),
      );
    });
    outgoing.once('error', reject);
    outgoing.end(body);
  });
