import type { Demands } from './demands.ts';
import { networkOf } from './network-of.ts';
import { solveNetwork } from './solve.ts';

/** Requests a second by the solver alone (milliseconds of work): for ratios, intervals and curves. */
export const rateOf = (demands: Demands): number => solveNetwork(networkOf(demands)).requestsPerSecond;
