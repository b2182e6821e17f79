/** One request, authority left out. */
export interface LoadRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** @default 1 */
  readonly weight?: number;
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
  /** Planned (open loop) but not sent in time. */
  readonly neverSent: number;
}

/** Milliseconds. */
export interface LatencySummary {
  readonly mean: number;
  readonly p50: number;
  readonly p90: number;
  readonly p95: number;
  readonly p99: number;
  readonly max: number;
}
