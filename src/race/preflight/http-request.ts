import { Agent, type ClientRequest, type IncomingMessage, type RequestOptions, request } from 'node:http';
import { request as requestTls } from 'node:https';
import type { WorkloadAnswer, WorkloadRequest } from '../../plan/index.ts';

export interface Endpoint {
  readonly host: string;
  readonly port: number;
  /** HTTPS, where it is there. */
  readonly tls?: { readonly isVerified: boolean };
}

/** A longer body is not read to its end: no contract needs one, and it could be endless. */
const mostBodyBytes = 64 * 2 ** 20;

/** Sends one request on a connection of its own and reads the whole answer. For checks, not for load. */
export const sendRequest = (
  endpoint: Endpoint,
  workloadRequest: WorkloadRequest,
  signal: AbortSignal,
): Promise<WorkloadAnswer> => exchange(endpoint, workloadRequest, signal, false);

/** Sends requests one after another on one connection that is kept. */
export interface SerialClient extends AsyncDisposable {
  send(request: WorkloadRequest, signal: AbortSignal): Promise<WorkloadAnswer>;
}

export const openSerialClient = (endpoint: Endpoint): SerialClient => {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  return {
    send: (workloadRequest, signal) => exchange(endpoint, workloadRequest, signal, agent),
    [Symbol.asyncDispose]: async () => agent.destroy(),
  };
};

const exchange = (
  { host, port, tls }: Endpoint,
  { method, path, headers, body }: WorkloadRequest,
  signal: AbortSignal,
  agent: Agent | false,
): Promise<WorkloadAnswer> =>
  new Promise((resolve, reject) => {
    const outgoing = startRequest({ host, port, method, path, headers, signal, agent }, tls, (response) => {
      const chunks: Buffer[] = [];
      let bodyBytes = 0;
      response.on('data', (chunk: Buffer) => {
        bodyBytes += chunk.length;
        if (bodyBytes <= mostBodyBytes) chunks.push(chunk);
        else outgoing.destroy(new Error(`the body is longer than ${mostBodyBytes / 2 ** 20} MiB`));
      });
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

const startRequest = (
  options: RequestOptions,
  tls: Endpoint['tls'],
  onResponse: (response: IncomingMessage) => void,
): ClientRequest =>
  tls === undefined
    ? request(options, onResponse)
    : requestTls({ ...options, rejectUnauthorized: tls.isVerified }, onResponse);
