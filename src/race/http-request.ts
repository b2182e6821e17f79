import { Agent, request } from 'node:http';
import type { WorkloadAnswer, WorkloadRequest } from '../plan/index.ts';

export interface Entrance {
  readonly host: string;
  readonly port: number;
}

/** Sends one request on a connection of its own and reads the whole answer. For checks, not for load. */
export const sendRequest = (
  entrance: Entrance,
  workloadRequest: WorkloadRequest,
  signal: AbortSignal,
): Promise<WorkloadAnswer> => exchange(entrance, workloadRequest, signal, false);

/** Sends requests one after another on one connection that is kept. */
export interface SerialClient extends AsyncDisposable {
  send(request: WorkloadRequest, signal: AbortSignal): Promise<WorkloadAnswer>;
}

export const openSerialClient = (entrance: Entrance): SerialClient => {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  return {
    send: (workloadRequest, signal) => exchange(entrance, workloadRequest, signal, agent),
    [Symbol.asyncDispose]: async () => agent.destroy(),
  };
};

const exchange = (
  { host, port }: Entrance,
  { method, path, headers, body }: WorkloadRequest,
  signal: AbortSignal,
  agent: Agent | false,
): Promise<WorkloadAnswer> =>
  new Promise((resolve, reject) => {
    const outgoing = request({ host, port, method, path, headers, signal, agent }, (response) => {
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
