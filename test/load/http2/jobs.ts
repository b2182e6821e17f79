import { systemClock } from '../../../src/base/index.ts';
import { type LoadHooks, type LoadJob, type LoadResult, loadJob, runLoad } from '../../../src/load/index.ts';

type Essentials = Parameters<typeof loadJob>[0];

const http2Job = (port: number, changes: Partial<Essentials> = {}): LoadJob =>
  loadJob({
    target: { host: '127.0.0.1', port },
    authority: `localhost:${port}`,
    protocol: 'h2',
    requests: [{ method: 'GET', path: '/', headers: {} }],
    model: { kind: 'closed', connections: 1 },
    stop: { requests: 30 },
    timeoutMs: 5_000,
    ...changes,
  });

export const run = (port: number, changes: Partial<Essentials> = {}, hooks: LoadHooks = {}): Promise<LoadResult> =>
  runLoad(http2Job(port, changes), systemClock, hooks);

export const nothing = { ok: 0, wrong: 0, status: 0, reset: 0, timeout: 0, cutOff: 0, neverSent: 0 };
