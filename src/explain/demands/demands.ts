import type { Estimate } from './estimate.ts';

/**
 * What one request of a candidate asks of each resource, and how much of each resource there is: all that
 * the model knows. Filled from a race's calibration (round trips), its rounds (CPU-seconds over requests,
 * achieved delays) and the plan (limits); or by hand, as the page on the original post's figures does.
 *
 * Milliseconds are per request. A CPU millisecond is one of one core's. Quantities carry their interval.
 */
export interface Demands {
  readonly candidate: string;
  readonly client: {
    /** Closed loop: as many requests are on their way as there are connections. */
    readonly connections: number;
    /** Pause between an answer and the next request on its connection. */
    readonly thinkMs: Estimate;
    /** Round trip of the link to the proxy (to the server, without one), paid once a request. */
    readonly linkMs: Estimate;
    /** What a request that is alone takes once between client and server beyond links and CPU: see `wakeUpMs` of the database. Absent: none. */
    readonly wakeUpMs?: Estimate;
  };
  readonly proxy?: {
    /** Requests it lets in at a time; absent: all. */
    readonly maxconn?: number;
    /** Round trip between proxy and server, paid once a request. */
    readonly linkMs: Estimate;
  };
  readonly server: ServerShape;
  /** Absent when each worker or each request has a connection of its own. */
  readonly pool?: {
    /** Connections of all processes together. */
    readonly connections: number;
  };
  readonly database: {
    /** Round trip of the link to the database (to the pooler, with one); achieved, not asked for. */
    readonly linkMs: Estimate;
    /** Waits for the database, connecting included where each request does it. */
    readonly roundTrips: Estimate;
    /** Time in the database that is neither its CPU nor the link: disk, checkpoints. */
    readonly waitMs: Estimate;
    /**
     * Per round trip, what a request that is alone takes beyond the link, all CPU and the wait: processes that have to be woken
     * on the way. Absent: none.
     */
    readonly wakeUpMs?: Estimate;
    /** Time in a section that only one request at a time can be in: a locked row, a sequence. */
    readonly lockMs?: Estimate;
    /** Where each request opens a connection of its own, while its slot is held. */
    readonly connect?: {
      /** Those of `roundTrips` that connecting takes (TCP, TLS, login). */
      readonly roundTrips: Estimate;
      /** Key exchange and password check at the database side, beyond the link and the server's own CPU. */
      readonly ms: Estimate;
      /** The part of `cpuMs` that the login takes; absent: not seen. */
      readonly cpuMs?: { readonly server: Estimate; readonly pooler: Estimate };
    };
  };
  readonly pooler?: {
    /** Server connections. */
    readonly connections: number;
    /**
     * Whether one is held for as long as the server holds its own connection (`session` pooling), or for each
     * statement's time in the database.
     * @default 'statement'
     */
    readonly pooling?: 'session' | 'statement';
    /**
     * The share of `cpuMs.pooler` that is done by one thread, 0 to 1 (PgBouncer has one; a relay beside it has its own). Absent:
     * it has as many as there are cores.
     */
    readonly threadShare?: number;
  };
  /** CPU by component; what is absent costs nothing or was not seen (see `unseen`). */
  readonly cpuMs: { readonly server: Estimate } & { readonly [component in Exclude<Component, 'server'>]?: Estimate };
  /** Share of the server's CPU used while it holds a connection, 0 to 1. */
  readonly holdCpuShare: Estimate;
  /**
   * Share of the CPU that goes with the number of round trips, 0 to 1: the server's own, and at the database side (pooler,
   * database, and the database's wait). Only changes of that number ask for it; absent: none of it does.
   */
  readonly roundTripShare?: { readonly server: Estimate; readonly database: Estimate };
  /** Which components share which cores. A component that is nowhere has cores enough. */
  readonly hosts: readonly SharedCores[];
  /** What could not be measured, and what follows from it; repeated wherever results are shown. */
  readonly unseen: readonly { readonly what: string; readonly why: string }[];
}

export type Component = 'client' | 'proxy' | 'server' | 'pooler' | 'database';

export interface SharedCores {
  readonly name: string;
  readonly cores: number;
  /** The part of them that others on the machine used, mean over time; absent: nobody else was there, or nobody looked. */
  readonly takenCores?: Estimate;
  readonly components: readonly Component[];
}

export interface ServerShape {
  readonly processes: number;
  /** Cores that one process can use at once: 1 for Python and Node; absent (all there are) for Go and Rust. */
  readonly threadsEach?: number;
  /** Requests that one process works on at once: 1 for a synchronous worker; absent for an event loop. */
  readonly concurrencyEach?: number;
  /**
   * How requests find a process: `free` is an accept queue that the next free one takes from; with `sticky`,
   * connections stay with the process that accepted them; with `random` each request
   * (a new connection on a shared port) goes to any.
   */
  readonly routing: 'free' | 'sticky' | 'random';
  /** The share of the `sticky` connections of each process that has some, the most first; absent: all are alike. */
  readonly shares?: readonly number[];
}
