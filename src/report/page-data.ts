import type { Demands } from '../explain/index.ts';

/** What the report's own script gets: numbers for the charts that answer to the reader, as JSON within the page. */
export interface ReportPageData {
  readonly candidates: readonly PageCandidate[];
  /** Connections of the load generator in the race. */
  readonly connections: number;
  /** gzip of race.json, base64: to download. */
  readonly raceGzip: string;
  readonly raceId: string;
  /** The CSV files, to download. */
  readonly csv: { readonly rounds: string; readonly percentiles: string };
}

export interface PageCandidate {
  readonly name: string;
  /** Of the colour. */
  readonly index: number;
  /** Windows of one second of all its rounds, in seconds since the first round began. */
  readonly windows: readonly PageWindow[];
  readonly measured?: { readonly requestsPerSecond: number; readonly low: number; readonly high: number };
  readonly demands?: Demands;
  /** Why the model's figures are a sketch for this candidate; absent where it gives the measured rate. */
  readonly doubt?: string;
}

export interface PageWindow {
  readonly atSeconds: number;
  readonly block: number;
  readonly requestsPerSecond: number;
  readonly p50Ms?: number;
  readonly p99Ms?: number;
}
