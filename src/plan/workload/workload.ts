/** One request that the load generator sends, without the authority (the stage decides that). */
export interface WorkloadRequest {
  readonly method: string;
  /** Path and query, e.g. `/api/v1/recipes`. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** How often it is sent beside the others. @default 1 */
  readonly weight?: number;
}

/** An answer as the contract sees it. */
export interface WorkloadAnswer {
  readonly status: number;
  /** Header names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** Where an answer differs from what the contract expects. */
export interface Mismatch {
  /** JSON path of the first difference, e.g. `$.ingredients[0].position`, or `status`, `body`. */
  readonly path: string;
  readonly expected: string;
  readonly actual: string;
}

/** A check that is done once for each candidate before it is timed. */
export interface ContractProbe {
  /** What it shows, as a sentence: "an expired session is refused". */
  readonly name: string;
  readonly request: WorkloadRequest;
  /** How often it is sent: more than once where answers are drawn at random. @default 1 */
  readonly times?: number;
  /** The first difference, or undefined when the answer is right. */
  check(answer: WorkloadAnswer): Mismatch | undefined;
}

/** A table's rows in the order in which they are inserted. Keys are column names; times are RFC 3339 strings. */
export interface TableData {
  readonly table: string;
  readonly rows: readonly Readonly<Record<string, unknown>>[];
}

/** What a workload makes of a scale and a seed. The same scale and seed give the same data. */
export interface WorkloadData {
  readonly tables: readonly TableData[];
  /** Sent under load. */
  readonly requests: readonly WorkloadRequest[];
  readonly probes: readonly ContractProbe[];
  /** Checks an answer sampled under load against the contract; `requestIndex` is an index into `requests`. */
  checkAnswer(requestIndex: number, answer: WorkloadAnswer): Mismatch | undefined;
}

/**
 * What the module of a workload exports as default: `(options) => data`. `scale` is the workload's own
 * measure of size (recipes: the number of recipes that the tested user may see), `seed` any integer.
 */
export type GenerateWorkload = (options: { readonly scale: number; readonly seed: number }) => WorkloadData;
