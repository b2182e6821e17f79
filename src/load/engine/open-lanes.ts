import type { Clock } from '../../base/index.ts';
import type { Dialler } from '../dial/dial.ts';
import { HeadCache } from '../http1/answer-framer.ts';
import { Http1Lane } from '../http1/http1-lane.ts';
import { wireRequest } from '../http1/request-text.ts';
import type { LoadJob } from '../job/job.ts';
import type { LoadRequest } from '../job/types.ts';
import { BytePool } from './byte-pool.ts';
import type { Lane, LaneOwner } from './lane.ts';

const readBufferBytes = 64 * 1024;
/** For heads that come in pieces, of all connections together: usual ones of a thousand. */
const headBytes = 8 * 1024 * 1024;

/** A server's accept queue is finite, and a dropped SYN costs a second. */
const dialsAtOnce = 200;

/** The lanes of a worker: one a connection of HTTP/1.1, or several of HTTP/2. */
export interface Lanes {
  readonly lanes: readonly Lane[];
  /** Puts a request at an index that lanes can send (HTTP/1.1). */
  readonly replace: (index: number, request: LoadRequest) => void;
}

/** Makes the lanes of a worker. */
export const createLanes = async (
  job: LoadJob,
  connections: number,
  owner: LaneOwner,
  dialler: Dialler,
  clock: Clock,
): Promise<Lanes> => {
  if (job.protocol === 'h2') {
    // Loaded here: a short run of HTTP/1.1 should not wait for it.
    const { createHttp2Lanes } = await import('../http2/http2-lanes.ts');
    return { lanes: createHttp2Lanes(job, connections, owner, dialler, clock), replace: () => {} };
  }
  const readBuffer = new Uint8Array(readBufferBytes);
  const requests = job.requests.map((request) => wireRequest(request, job.authority, job.isKeptAlive));
  const shared = {
    clock,
    owner,
    dialler,
    readBuffer,
    headCache: new HeadCache(readBuffer),
    carryPool: new BytePool(headBytes),
    requests,
    keepsCookies: job.keepsCookies,
  };
  return {
    lanes: Array.from({ length: connections }, (_, id) => new Http1Lane(id, shared)),
    replace: (index, request) => {
      requests[index] = wireRequest(request, job.authority, job.isKeptAlive);
    },
  };
};

/** When no connection has opened for this long, none will soon: a lost SYN is sent again after a second. */
const stallMs = 1_500;

/**
 * Opens the connections before the load begins. What is not open after `timeoutMs`, or where nothing more opens, or when the load is
 * stopped, is left to the first requests, which will tell.
 */
export const openLanes = async (
  lanes: readonly Lane[],
  timeoutMs: number,
  signal: AbortSignal | undefined,
): Promise<void> => {
  const givenUp = new AbortController();
  let stall: NodeJS.Timeout | undefined;
  const openOne = async (lane: Lane): Promise<void> => {
    await lane.open();
    stall?.refresh();
  };
  const openAll = async (): Promise<void> => {
    for (let first = 0; first < lanes.length && !givenUp.signal.aborted; first += dialsAtOnce) {
      await Promise.all(lanes.slice(first, first + dialsAtOnce).map(openOne));
    }
  };
  let timer: NodeJS.Timeout | undefined;
  let onAbort = (): void => {};
  const end = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, timeoutMs);
    stall = setTimeout(resolve, stallMs);
    onAbort = resolve;
    if (signal?.aborted) resolve();
    signal?.addEventListener('abort', onAbort, { once: true });
  });
  await Promise.race([openAll(), end]);
  clearTimeout(timer);
  clearTimeout(stall);
  signal?.removeEventListener('abort', onAbort);
  givenUp.abort();
};
