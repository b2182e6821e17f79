import type { Demands } from '../demands/demands.ts';
import { buildNetwork } from '../model/build-network.ts';
import { solveNetwork } from './solve.ts';

/** Requests a second by the solver alone (milliseconds of work): for ratios, intervals and curves. */
export const predictRate = (demands: Demands): number => solveNetwork(buildNetwork(demands)).requestsPerSecond;
