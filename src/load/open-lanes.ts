import type { Clock } from '../base/index.ts';
import type { Dialler } from './dial.ts';
import { HeadCache } from './http1/answer-framer.ts';
import { Http1Lane } from './http1/http1-lane.ts';
import { requestText } from './http1/request-text.ts';
import { Http2Connection, type Http2Request } from './http2/http2-connection.ts';
import { Http2Lane } from './http2/http2-lane.ts';
import type { LoadJob } from './job.ts';
import type { Lane, LaneOwner } from './lane.ts';
import type { LoadRequest } from './types.ts';

const readBufferBytes = 64 * 1024;
/** A server's accept queue is finite, and a dropped SYN costs a second. */
const dialsAtOnce = 200;

/** Makes the lanes of a worker: one a connection of HTTP/1.1, or several of HTTP/2. */
export const createLanes = (
  job: LoadJob,
  connections: number,
  owner: LaneOwner,
  dialler: Dialler,
  clock: Clock,
): Lane[] => {
  if (job.protocol === 'h2') {
    const shared = {
      clock,
      owner,
      dialler,
      authority: job.authority,
      requests: job.requests.map((one) => http2Request(job, one)),
    };
    const shares = Array.from({ length: connections }, () => new Http2Connection(shared));
    // Round robin, so that few requests at a time still use all connections.
    return Array.from(
      { length: connections * job.streamsPerConnection },
      (_, id) => new Http2Lane(id, shares[id % connections]!),
    );
  }
  const readBuffer = new Uint8Array(readBufferBytes);
  const shared = {
    clock,
    owner,
    dialler,
    readBuffer,
    headCache: new HeadCache(readBuffer),
    texts: job.requests.map((request) => requestText(request, job.authority, job.isKeptAlive)),
    isHead: job.requests.map(({ method }) => method === 'HEAD'),
    keepsCookies: job.keepsCookies,
  };
  return Array.from({ length: connections }, (_, id) => new Http1Lane(id, shared));
};

/** Opens the connections before the load begins. What is not open after `timeoutMs` is left to the first requests, which will tell. */
export const openLanes = async (lanes: readonly Lane[], timeoutMs: number): Promise<void> => {
  const givenUp = new AbortController();
  const openAll = async (): Promise<void> => {
    for (let first = 0; first < lanes.length && !givenUp.signal.aborted; first += dialsAtOnce) {
      await Promise.all(lanes.slice(first, first + dialsAtOnce).map((lane) => lane.open()));
    }
  };
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, timeoutMs);
  });
  await Promise.race([openAll(), timeout]);
  clearTimeout(timer);
  givenUp.abort();
};

const http2Request = (job: LoadJob, { method, path, headers, body, bodyBase64 }: LoadRequest): Http2Request => ({
  headers: {
    ...Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value])),
    ':method': method,
    ':path': path,
    ':scheme': job.tls === undefined ? 'http' : 'https',
    ':authority': job.authority,
  },
  body:
    bodyBase64 !== undefined
      ? Buffer.from(bodyBase64, 'base64')
      : body === undefined
        ? undefined
        : Buffer.from(body, 'utf8'),
});
