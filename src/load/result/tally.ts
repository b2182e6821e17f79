import type { Histogram } from '../../stats/recording/index.ts';
import type { RequestCounts, SampledAnswer } from '../job/types.ts';
import type { RouteTally } from './routes.ts';
import type { SpreadNs } from './spread.ts';

/** One second of one worker. */
export interface WorkerWindow {
  readonly index: number;
  readonly ok: number;
  readonly failed: number;
  /** Service time. Only valid until the callback that got it returns. */
  readonly histogram: Histogram;
}

/** What one worker measured. */
export interface WorkerTally {
  readonly counts: RequestCounts;
  readonly serviceNs: Histogram;
  readonly responseNs: Histogram;
  readonly scheduleDelayNs: Histogram;
  /** Lag of requests that were sent late although a connection was free: the client's own. */
  readonly ownLagNs: Histogram;
  /** Requests that had to wait for a free connection. */
  readonly waitedForConnection: number;
  /** HTTP/2: requests that had to wait for a free stream, and how long in all. */
  readonly waitedForStream: number;
  readonly streamWaitNs: number;
  /** How often requests were sent again because no byte of an answer had come, or because the server had not processed them. */
  readonly retries: number;
  /** Requests that the client's machine could not send. */
  readonly ownFaults: number;
  readonly surplus: number;
  readonly wireBytes: number;
  readonly bodyBytes: number;
  readonly statusCodes: Readonly<Record<string, number>>;
  readonly errors: Readonly<Record<string, number>>;
  readonly dialNs: SpreadNs;
  readonly dnsNs: SpreadNs;
  /** From the send to the first byte, of ok and wrong answers. */
  readonly firstByteNs: Histogram;
  /** Of answers of the class status: service times, or in the open loop times from when they were due. */
  readonly statusNs: Histogram;
  /** By route, where the job names routes. */
  readonly routes: readonly RouteTally[];
  /** Time in flight of all requests, clipped to the measured time. */
  readonly busyNs: number;
  /** Sum and number of the service times of all requests that ended by themselves, whatever their class. */
  readonly endedNs: number;
  readonly ended: number;
  /** The longest time in flight of any request, whatever became of it, and the longest wait for a stream. */
  readonly longestNs: number;
  /** The ok answers that the rate counts. */
  readonly rated: number;
  /** The measured time. */
  readonly elapsedNs: number;
  readonly samples: readonly SampledAnswer[];
  readonly eventLoopDelayP99Ms: number;
}

/** How a request went that ended by itself. */
export interface Ended {
  /** In the job. */
  readonly requestIndex: number;
  readonly dueNs: number;
  readonly sentNs: number;
  readonly firstByteNs: number;
  readonly status: number;
  readonly wireBytes: number;
  readonly bodyBytes: number;
}
