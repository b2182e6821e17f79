import type { Demands } from './demands.ts';
import { type Quantity, scaled } from './quantity.ts';

/**
 * The demands with another number of round trips. What the server, the pooler and the database do for each round trip
 * goes with them, as far as `turnShare` says; without it all CPU and waits stay as they are.
 */
export const withTurnarounds = (demands: Demands, turnarounds: Quantity): Demands => {
  const { database, cpuMs, turnShare } = demands;
  const before = database.turnarounds.value;
  const changed = { ...demands, database: { ...database, turnarounds } };
  if (turnShare === undefined || before === 0) return changed;
  const left = (share: Quantity): number => 1 - share.value * (1 - turnarounds.value / before);
  const far = left(turnShare.far);
  return {
    ...changed,
    database: { ...changed.database, waitMs: scaled(database.waitMs, far) },
    cpuMs: {
      ...cpuMs,
      server: scaled(cpuMs.server, left(turnShare.server)),
      ...(cpuMs.pooler === undefined ? {} : { pooler: scaled(cpuMs.pooler, far) }),
      ...(cpuMs.database === undefined ? {} : { database: scaled(cpuMs.database, far) }),
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
  const kept = withTurnarounds(relieved, minus(demands.database.turnarounds, connect.turnarounds));
  const { connect: _, ...without } = kept.database;
  const cpuMs = login === undefined ? kept.cpuMs : { ...kept.cpuMs, server: relieved.cpuMs.server };
  return { ...kept, cpuMs, database: without };
};

/** At least a tenth is left: a part of a request is never all of it. */
const less = (all: Quantity, part: Quantity): Quantity => {
  const factor = Math.max(0.1, 1 - part.value / Math.max(all.value, Number.MIN_VALUE));
  return scaled(all, factor);
};

const minus = (all: Quantity, part: Quantity): Quantity => ({
  value: all.value - part.value,
  low: all.low - part.value,
  high: all.high - part.value,
});
