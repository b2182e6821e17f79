import type { Clock } from '../../base/index.ts';
import type { Dialler } from '../dial/dial.ts';
import type { Lane, LaneOwner } from '../engine/lane.ts';
import type { LoadJob } from '../job/job.ts';
import { AnswerHeadReader } from './answer-head.ts';
import { Http2Connection } from './http2-connection.ts';
import { Http2Lane } from './http2-lane.ts';
import { encodeRequest } from './request-block.ts';

const readBufferBytes = 64 * 1024;

/** Makes the lanes of a worker: several a connection. */
export const createHttp2Lanes = (
  job: LoadJob,
  connections: number,
  owner: LaneOwner,
  dialler: Dialler,
  clock: Clock,
): Lane[] => {
  const shared = {
    clock,
    owner,
    dialler,
    readBuffer: Buffer.allocUnsafeSlow(readBufferBytes),
    heads: new AnswerHeadReader(),
    keepsCookies: job.keepsCookies,
    requests: job.requests.map((request) =>
      encodeRequest(request, job.tls === undefined ? 'http' : 'https', job.authority),
    ),
  };
  const shares = Array.from({ length: connections }, () => new Http2Connection(shared));
  // Round robin, so that few requests at a time still use all connections.
  return Array.from(
    { length: connections * job.streamsPerConnection },
    (_, id) => new Http2Lane(id, shares[id % connections]!),
  );
};
