/**
 * The language of the model: what one request does, in order, and the places where it may have to wait.
 * The solver and the simulation read the same description, so that one can check the other.
 */
export interface Network {
  /** Requests on their way at any time: the client's connections (closed loop). */
  readonly connections: number;
  /** Places that serve: name and how many they serve at once. */
  readonly stations: Readonly<Record<string, Station>>;
  readonly stages: readonly RequestStep[];
}

export interface Station {
  /** Cores or threads that serve side by side; less than 1 is a core that others use too. */
  readonly servers: number;
  /** Name of the limit whose copies each have one of these of their own (an event loop a process). */
  readonly perCopyOf?: string;
}

export type RequestStep =
  /** Time that passes without a queue: a link, a pause. */
  | { readonly kind: 'delay'; readonly name: string; readonly ms: number }
  /** Service at a station, first come first served. */
  | { readonly kind: 'serve'; readonly station: string; readonly ms: number }
  /** A slot held while the stages inside run: a pool's connection, a worker, a proxy's maxconn. */
  | Limit
  /** The stages one after another, so many times; it only interleaves, the sums are what counts. */
  | { readonly kind: 'repeat'; readonly times: number; readonly stages: readonly RequestStep[] };

export interface Limit {
  readonly kind: 'limit';
  readonly name: string;
  /** Slots of each copy; Infinity when it only groups. */
  readonly slots: number;
  /** Equal copies side by side (processes that share a port). @default 1 */
  readonly copies?: number;
  /**
   * Which copy an entry takes: `even`, the one with the fewest inside; `random`; or by the share of those inside that each copy
   * has, in the order of the copies (connections that stay with the process that accepted them). Shares are above 0 and sum to 1.
   * @default 'even'
   */
  readonly choice?: 'even' | 'random' | readonly number[];
  readonly stages: readonly RequestStep[];
}
