import type { Check, Demands } from '../../explain/index.ts';

/** What the report's own script gets: numbers for the charts that answer to the reader, as JSON within the page. */
export interface ReportPageData {
  readonly candidates: readonly PageCandidate[];
  /** Connections of the load generator in the race. */
  readonly connections: number;
  readonly raceId: string;
  /** Files to download: gzip, base64. */
  readonly files: Readonly<Record<PageFile, string>>;
}

export type PageFile = 'race.json' | 'rounds.csv' | 'percentiles.csv';

export interface PageCandidate {
  readonly name: string;
  /** The index of its colour. */
  readonly index: number;
  /** Its name in race.json. */
  readonly key: string;
  readonly measured?: { readonly requestsPerSecond: number; readonly low: number; readonly high: number };
  /** When throughput went to another level, in seconds on the axis of `collectTraces`. */
  readonly changesAtSeconds: readonly number[];
  readonly demands?: Demands;
  /** What the model says at the race's own setting: the same as in the texts. */
  readonly model?: {
    /** Predicted over solved rate (`loadCurve`). */
    readonly correction: number;
    /** What limits it, with the numbers that make it true. */
    readonly evidence: string;
  };
  /** Where the model was compared with a measurement: a prediction far from all of them is withheld. */
  readonly checks?: readonly Check[];
  /** Why the model's figures are a sketch for this candidate; absent where it gives the measured rate. */
  readonly doubt?: string;
}
