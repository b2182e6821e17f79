import type { RequestHeaders } from './request-headers.ts';

/** One request, authority left out. */
export interface LoadRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: RequestHeaders;
  /** Sent as UTF-8. */
  readonly body?: string | undefined;
  /** A body of any bytes; instead of `body`. */
  readonly bodyBase64?: string | undefined;
  /** How often it is sent beside the others. @default 1 */
  readonly weight?: number | undefined;
  /** What its results are put together with. Where no request of a job has one, there are no results by route. */
  readonly route?: string | undefined;
}

/** An answer kept for the contract check after the round. */
export interface SampledAnswer {
  readonly requestIndex: number;
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly bodyBase64: string;
}

/** Every planned request ends in exactly one of these. */
export interface RequestCounts {
  /** Right status, well framed, and not found wrong by a validator. */
  readonly ok: number;
  /** The validator refused the body. */
  readonly wrong: number;
  /** A status that is not expected (default: not 2xx or 3xx). */
  readonly status: number;
  /** Connection refused, reset or closed early, or an answer that breaks HTTP. */
  readonly reset: number;
  readonly timeout: number;
  /** On its way when the time was up. */
  readonly cutOff: number;
  /** Planned, but not sent: no connection was free in time (open loop), or this machine could open none. */
  readonly neverSent: number;
}

export const requestClasses = ['ok', 'wrong', 'status', 'reset', 'timeout', 'cutOff', 'neverSent'] as const;
export type RequestClass = (typeof requestClasses)[number];

/** Milliseconds. */
export interface LatencySummary {
  readonly mean: number;
  readonly min: number;
  readonly p50: number;
  readonly p90: number;
  readonly p95: number;
  readonly p99: number;
  readonly max: number;
}

/** Milliseconds; all 0 where nothing was measured. */
export interface Spread {
  readonly average: number;
  readonly fastest: number;
  readonly slowest: number;
}

/** One second of a run. */
export interface TimelineWindow {
  /** Start of the window, milliseconds after the start of the load (warm-up included). */
  readonly atMs: number;
  readonly ok: number;
  /** Ended in any class but ok, in this window. */
  readonly failed: number;
  /** Service time of ok and wrong answers that ended in this window. */
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** True for windows that began before the measurement did. */
  readonly isWarmup: boolean;
}

/** A check of the result's honesty: `ok` false means that the numbers should not be trusted as the server's. */
export interface LoadFlag {
  readonly name:
    | 'client-cpu'
    | 'client-limits'
    | 'event-loop'
    | 'schedule'
    | 'connections'
    | 'streams'
    | 'littles-law'
    | 'ceiling'
    | 'surplus';
  readonly ok: boolean;
  readonly value: number;
  readonly limit: number;
  readonly explain: string;
}

/** What a run leaves behind of the requests of one route. Requests that were due and got no connection are of no route. */
export interface RouteResult {
  readonly name: string;
  readonly counts: RequestCounts;
  readonly requestsPerSecond: number;
  readonly bodyBytes: number;
  readonly statusCodes: Readonly<Record<string, number>>;
  readonly latencyMs: LatencySummary;
  /** Open loop. */
  readonly responseMs?: LatencySummary;
  /** As the whole run's. */
  readonly histograms: { readonly serviceTimeNs: string; readonly responseTimeNs?: string };
}

/** What a run leaves behind. Counts, rates and percentiles are of the measured time, without the warm-up. */
export interface LoadResult {
  readonly version: 1;
  readonly startedUnixMs: number;
  /** The measured time. */
  readonly elapsedMs: number;
  readonly connections: number;
  readonly workers: number;
  /** Requests that ended in the measured time (open loop: that were due in it), each in one class. */
  readonly counts: RequestCounts;
  /**
   * How often requests were sent again because the server had closed their connection before any byte of an answer, or had said that it
   * did not process them. Such a request counts once, by what became of it in the end, and its time runs from the first send.
   */
  readonly retries: number;
  /**
   * ok answers by the measured time: of requests that were due in it (open loop, when all of them were sent), or that came in it.
   * Failed, cut off and unsent requests don't count.
   */
  readonly requestsPerSecond: number;
  /** Read from the sockets: heads and framing included. */
  readonly bytesReceived: number;
  readonly bodyBytes: number;
  /** Service time (from the send, or the dial where one was needed, to the last byte) of ok and wrong answers. */
  readonly latencyMs: LatencySummary;
  /** Open loop: time from the planned send to the last byte. */
  readonly responseMs?: LatencySummary;
  /** Open loop: actual send minus planned send. */
  readonly scheduleDelayMs?: LatencySummary;
  /** HDR V2, compressed, base64; values in nanoseconds. */
  readonly histograms: {
    readonly serviceTimeNs: string;
    readonly responseTimeNs?: string;
    readonly scheduleDelayNs?: string;
    /** From the send to the first byte, of ok and wrong answers. */
    readonly firstByteNs: string;
    /** Of answers of the class status, where there are any: as the times that the text shows. */
    readonly statusTimeNs?: string;
  };
  /** In the order of the job's requests, where those name routes. */
  readonly routes?: readonly RouteResult[];
  /** Answers of any class by status. */
  readonly statusCodes: Readonly<Record<string, number>>;
  /** Requests of the classes wrong, reset, timeout, cut off and never sent, by message. */
  readonly errors: Readonly<Record<string, number>>;
  readonly details: { readonly dialMs: Spread; readonly dnsMs: Spread; readonly firstByteMs: Spread };
  readonly timeline: readonly TimelineWindow[];
  readonly client: {
    /** Used by this process in the measured time. */
    readonly cpuSeconds: number;
    /** Share of the cores that the workers could use: 1 is saturated. */
    readonly cpuUtilisation: number;
    readonly eventLoopDelayP99Ms: number;
  };
  readonly littlesLaw: {
    /** Closed loop: connections. Open loop: mean of the requests on their way, integrated over time. */
    readonly connections: number;
    readonly throughputTimesLatency: number;
    /** |X R - N| / N */
    readonly error: number;
  };
  readonly flags: readonly LoadFlag[];
  readonly samples: readonly SampledAnswer[];
  /** True when it was ended from outside before its plan was done. */
  readonly endedEarly: boolean;
}
