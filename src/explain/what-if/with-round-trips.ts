import type { Demands } from '../demands/demands.ts';
import { type Estimate, scaled } from '../demands/estimate.ts';

/**
 * The demands with another number of round trips. What the server, the pooler and the database do for each round trip
 * goes with them, as far as `roundTripShare` says; without it all CPU and waits stay as they are.
 */
export const withRoundTrips = (demands: Demands, roundTrips: Estimate): Demands => {
  const { database, cpuMs, roundTripShare } = demands;
  const before = database.roundTrips.value;
  const changed = { ...demands, database: { ...database, roundTrips } };
  if (roundTripShare === undefined || before === 0) return changed;
  const left = (share: Estimate): number => 1 - share.value * (1 - roundTrips.value / before);
  const kept = left(roundTripShare.database);
  return {
    ...changed,
    database: { ...changed.database, waitMs: scaled(database.waitMs, kept) },
    cpuMs: {
      ...cpuMs,
      server: scaled(cpuMs.server, left(roundTripShare.server)),
      ...(cpuMs.pooler === undefined ? {} : { pooler: scaled(cpuMs.pooler, kept) }),
      ...(cpuMs.database === undefined ? {} : { database: scaled(cpuMs.database, kept) }),
    },
  };
};

/**
 * The demands of the same request on a connection that is there already: no round trips to connect, no login. Where the login's CPU
 * was seen, it is all that the server saves; what it does for its statements stays.
 */
export const withoutConnecting = (demands: Demands): Demands => {
  const { connect, ...database } = demands.database;
  if (connect === undefined) return demands;
  const { server, pooler } = demands.cpuMs;
  const { cpuMs: login } = connect;
  const relieved =
    login === undefined
      ? demands
      : {
          ...demands,
          database,
          cpuMs: {
            ...demands.cpuMs,
            server: less(server, login.server),
            ...(pooler === undefined ? {} : { pooler: less(pooler, login.pooler) }),
          },
        };
  const kept = withRoundTrips(relieved, minus(demands.database.roundTrips, connect.roundTrips));
  const { connect: _, ...without } = kept.database;
  const cpuMs = login === undefined ? kept.cpuMs : { ...kept.cpuMs, server: relieved.cpuMs.server };
  return { ...kept, cpuMs, database: without };
};

/** At least a tenth is left: a part of a request is never all of it. */
const less = (all: Estimate, part: Estimate): Estimate => {
  const factor = Math.max(0.1, 1 - part.value / Math.max(all.value, Number.MIN_VALUE));
  return scaled(all, factor);
};

const minus = (all: Estimate, part: Estimate): Estimate => ({
  value: all.value - part.value,
  low: all.low - part.value,
  high: all.high - part.value,
});
