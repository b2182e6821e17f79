import { PitwallError } from '../../base/index.ts';
import type { Demands } from '../demands/demands.ts';
import { type Estimate, exactly, propagate } from '../demands/estimate.ts';
import { buildNetwork } from '../model/build-network.ts';
import { type Bottleneck, findBottleneck } from '../solver/bottleneck.ts';
import { predictRate } from '../solver/rate-of.ts';
import { resourceUses } from '../solver/resource-use.ts';
import { withoutConnecting, withRoundTrips } from './with-round-trips.ts';

/** What could be different; what is absent stays. */
export interface WhatIfChange {
  /** Round trip of the link to the database. */
  readonly rttMs?: number;
  /** Pool connections of all processes together. */
  readonly pool?: number;
  readonly maxconn?: number;
  readonly connections?: number;
  /** Round trips per request. */
  readonly roundTrips?: number;
  /** Cores of the server's machine. */
  readonly cores?: number;
  /** Processes of the server; a pool of each process comes with it. */
  readonly workers?: number;
  /** Every process has as many connections as any other. */
  readonly evenConnections?: true;
  /** Connections are kept from request to request; the TLS handshake's CPU beyond other round trips stays counted, so the gain is a lower bound. */
  readonly keepConnections?: true;
}

export interface WhatIf {
  readonly change: WhatIfChange;
  /** Rate after over rate before, with the range that the inputs' intervals leave. */
  readonly gain: Estimate;
  /** The base rate (measured, where given) times the gain. */
  readonly requestsPerSecond: Estimate;
  /** Mean latency that goes with it (Little's law at the changed number of connections). */
  readonly latencyMs: Estimate;
  readonly bottleneck: Bottleneck;
}

/**
 * Predicts the effect of a change. Only the ratio of two solutions of the same model is used, so that what
 * the model leaves out on both sides cancels; it is applied to the measured rate where there is one.
 *
 * @param measuredPerSecond The rate that the race measured, with its interval.
 * @throws PitwallError `explain.invalid` for a change that the candidate has no place for, or that is no number.
 */
export const whatIf = (demands: Demands, change: WhatIfChange, measuredPerSecond?: Estimate): WhatIf => {
  const changed = withChange(demands, change);
  // How connections would spread over another number of processes is not known: neither side has it.
  const findBase = (moved: Demands): Demands => (change.workers === undefined ? moved : withEvenConnections(moved));
  const gain = propagate(demands, (moved) => predictRate(withChange(moved, change)) / predictRate(findBase(moved)));
  const base = measuredPerSecond ?? propagate(demands, predictRate);
  const requestsPerSecond =
    measuredPerSecond === undefined
      ? propagate(demands, (moved) => predictRate(withChange(moved, change)))
      : times(base, gain);
  const { connections, thinkMs } = changed.client;
  const latency = (perSecond: number): number => Math.max(0, (connections * 1_000) / perSecond - thinkMs.value);
  const network = buildNetwork(changed);
  return {
    change,
    gain,
    requestsPerSecond,
    latencyMs: {
      value: latency(requestsPerSecond.value),
      low: latency(requestsPerSecond.high),
      high: latency(requestsPerSecond.low),
    },
    bottleneck: findBottleneck(network, resourceUses(network)),
  };
};

/** The demands with the change made. */
export const withChange = (demands: Demands, change: WhatIfChange): Demands => {
  for (const [name, value] of Object.entries(change)) checkValue(name as keyof WhatIfChange, value);
  const { rttMs, roundTrips, connections, maxconn, pool, cores, workers, keepConnections, evenConnections } = change;
  const { client, database, proxy, server, hosts } = demands;
  if (maxconn !== undefined && proxy === undefined) throw missing(demands, 'maxconn', 'has no proxy');
  if (pool !== undefined && demands.pool === undefined) throw missing(demands, 'pool', 'has no pool');
  if (cores !== undefined && !hosts.some(({ components }) => components.includes('server'))) {
    throw missing(demands, 'cores', 'runs on no known machine');
  }
  if (keepConnections && database.connect === undefined)
    throw missing(demands, 'keepConnections', 'keeps its connections already');
  if (evenConnections && server.shares === undefined)
    throw missing(demands, 'evenConnections', 'has its connections spread evenly, as far as is known');
  const kept = keepConnections ? withoutConnecting(demands) : demands;
  const processes = workers ?? server.processes;
  const connectionsOfPool =
    pool ?? (demands.pool && Math.max(1, Math.round((demands.pool.connections * processes) / server.processes)));
  const { database: asked, cpuMs } = roundTrips === undefined ? kept : withRoundTrips(kept, exactly(roundTrips));
  return {
    ...demands,
    cpuMs,
    client: { ...client, connections: connections ?? client.connections },
    ...(proxy === undefined ? {} : { proxy: { ...proxy, ...(maxconn === undefined ? {} : { maxconn }) } }),
    server: { ...(evenConnections || workers !== undefined ? withEvenConnections(demands).server : server), processes },
    ...(connectionsOfPool === undefined ? {} : { pool: { connections: connectionsOfPool } }),
    database: {
      ...asked,
      linkMs: rttMs === undefined ? database.linkMs : exactly(rttMs),
    },
    hosts:
      cores === undefined
        ? hosts
        : hosts.map((host) => (host.components.includes('server') ? { ...host, cores } : host)),
  };
};

/** The demands as if all processes had equally many connections. */
export const withEvenConnections = (demands: Demands): Demands => {
  const { shares: _shares, ...server } = demands.server;
  return { ...demands, server };
};

const checkValue = (name: keyof WhatIfChange, value: number | true): void => {
  if (value === true) return;
  const isMeasure = name === 'rttMs' || name === 'roundTrips';
  if (Number.isFinite(value) && (isMeasure ? value >= 0 : Number.isInteger(value) && value >= 1)) return;
  const expected = isMeasure ? 'a number from 0' : 'a whole number from 1';
  throw new PitwallError('explain.invalid', `what if ${name} were ${value}: expected ${expected}`);
};

const missing = (demands: Demands, what: string, why: string): PitwallError =>
  new PitwallError('explain.invalid', `what if ${what} were different: ${demands.candidate} ${why}`);

/** Product of two independent quantities: relative errors add as squares. */
const times = (a: Estimate, b: Estimate): Estimate => {
  const value = a.value * b.value;
  const relative = (end: 'low' | 'high'): number =>
    Math.hypot((a[end] - a.value) / a.value, (b[end] - b.value) / b.value);
  return { value, low: Math.max(0, value * (1 - relative('low'))), high: value * (1 + relative('high')) };
};
