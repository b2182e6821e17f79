import type { Demands } from './demands.ts';
import type { Quantity } from './quantity.ts';

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

const scaled = ({ value, low, high }: Quantity, factor: number): Quantity => ({
  value: value * factor,
  low: low * factor,
  high: high * factor,
});
