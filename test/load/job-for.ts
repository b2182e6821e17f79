import { type LoadJob, loadJob } from '../../src/load/index.ts';

export type Essentials = Parameters<typeof loadJob>[0];

/** A job for a server on 127.0.0.1: ten GETs on two connections, unless `changes` say otherwise. */
export const jobFor = ({ port }: { readonly port: number }, changes: Partial<Essentials> = {}): LoadJob =>
  loadJob({
    target: { host: '127.0.0.1', port },
    authority: `127.0.0.1:${port}`,
    requests: [{ method: 'GET', path: '/', headers: {} }],
    model: { kind: 'closed', connections: 2 },
    stop: { requests: 10 },
    timeoutMs: 5_000,
    ...changes,
  });
