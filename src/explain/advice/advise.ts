import type { Demands } from '../demands/demands.ts';
import type { Estimate } from '../demands/estimate.ts';
import { buildNetwork } from '../model/build-network.ts';
import { findBottleneck } from '../solver/bottleneck.ts';
import { predictRate } from '../solver/rate-of.ts';
import { resourceUses } from '../solver/resource-use.ts';
import { solveNetwork } from '../solver/solve.ts';
import { type WhatIf, type WhatIfChange, whatIf, withChange } from '../what-if/what-if.ts';

/** One change alone, with what it gives and where more of it stops helping. */
export interface Advice {
  /** `fewer round trips`, `larger pool`, ... */
  readonly what: string;
  readonly effect: WhatIf;
  /** The value from which on more of the same gives less than 2 % in all, and what limits it there. */
  readonly stops: {
    readonly change: WhatIfChange;
    readonly requestsPerSecond: number;
    /** Resources that bind then; two when they are as close as that. */
    readonly bottleneck: readonly string[];
  };
}

export interface AdviceOptions {
  /** The rate that the race measured. */
  readonly measuredPerSecond?: Estimate;
  /** Round trips per request that the ledger's advice leaves (see `adviseFromLedger`). @default half of today's */
  readonly roundTrips?: number;
  /** Round trip of a nearer database. @default 0.5, or half of today's where that is less */
  readonly rttMs?: number;
}

/** What is gained beyond this is worth a change; below, the change is left out. */
const worthwhile = 1.01;
/** "Stops helping": within this of what the most of it would give. */
const nearlyAll = 0.98;

/**
 * Single changes by predicted gain, the largest first; those that give less than 1 % are left out. The steps
 * are what people try first: twice the slots, half the round trips, a database in the next rack.
 */
export const advise = (demands: Demands, options: AdviceOptions = {}): readonly Advice[] =>
  buildLadders(demands, options)
    .map(({ what, first, steps }): Advice => {
      const effect = whatIf(demands, first, options.measuredPerSecond);
      const scale = effect.requestsPerSecond.value / predictRate(withChange(demands, first));
      return { what, effect, stops: lastUsefulStep(demands, steps, scale) };
    })
    .filter(({ effect }) => effect.gain.value > worthwhile)
    .sort((a, b) => b.effect.gain.value - a.effect.gain.value);

interface Ladder {
  readonly what: string;
  readonly first: WhatIfChange;
  /** The same change, from little to much. */
  readonly steps: readonly WhatIfChange[];
}

const buildLadders = (demands: Demands, options: AdviceOptions): readonly Ladder[] => {
  const { client, proxy, server, pool, database, hosts } = demands;
  const turns = database.roundTrips.value;
  const fewer = options.roundTrips ?? Math.ceil(turns / 2);
  const host = hosts.find(({ components }) => components.includes('server'));
  const ladders: Ladder[] = [];
  if (turns > 1 && fewer < turns) {
    const steps = downFrom(Math.ceil(turns) - 1).map((roundTrips) => ({ roundTrips }));
    ladders.push({ what: 'fewer round trips', first: { roundTrips: fewer }, steps });
  }
  if (database.connect) {
    ladders.push({
      what: 'connections kept between requests',
      first: { keepConnections: true },
      steps: [{ keepConnections: true }],
    });
  }
  if (server.shares) {
    ladders.push({
      what: 'connections spread evenly over the processes',
      first: { evenConnections: true },
      steps: [{ evenConnections: true }],
    });
  }
  if (turns > 0 && database.linkMs.value > 0.2) {
    const nearer = [0.8, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1, 0.05, 0.02].map((part) => ({
      rttMs: database.linkMs.value * part,
    }));
    ladders.push({
      what: 'a nearer database',
      first: { rttMs: options.rttMs ?? Math.min(0.5, database.linkMs.value / 2) },
      steps: nearer,
    });
  }
  const doubled = (
    what: string,
    name: 'pool' | 'maxconn' | 'workers' | 'connections' | 'cores',
    now: number,
  ): Ladder => ({
    what,
    first: { [name]: 2 * now },
    steps: upFrom(now).map((value) => ({ [name]: value })),
  });
  if (pool) ladders.push(doubled('a larger pool', 'pool', pool.connections));
  if (proxy?.maxconn !== undefined) ladders.push(doubled('a larger maxconn', 'maxconn', proxy.maxconn));
  // One event loop with a core for each thread gains nothing from a variant but its pool.
  if (server.threadsEach !== undefined || server.concurrencyEach !== undefined) {
    ladders.push(
      doubled(server.concurrencyEach === 1 ? 'more workers' : 'more processes', 'workers', server.processes),
    );
  }
  if (host) ladders.push(doubled('more cores', 'cores', host.cores));
  ladders.push(doubled('more client connections', 'connections', client.connections));
  return ladders;
};

const lastUsefulStep = (demands: Demands, steps: readonly WhatIfChange[], scale: number): Advice['stops'] => {
  const most = predictRate(withChange(demands, steps.at(-1)!));
  const change = steps.find((step) => predictRate(withChange(demands, step)) >= nearlyAll * most) ?? steps.at(-1)!;
  const network = buildNetwork(withChange(demands, change));
  const solution = solveNetwork(network);
  const bottleneck = findBottleneck(network, resourceUses(network, solution));
  return {
    change,
    requestsPerSecond: solution.requestsPerSecond * scale,
    bottleneck: bottleneck.kind === 'binds' ? [bottleneck.resource] : bottleneck.resources,
  };
};

/** Whole numbers above `now`, about 15 % apart, to 16 times as many. */
const upFrom = (now: number): readonly number[] => {
  const values: number[] = [];
  for (let value = now + 1; value < 16 * now; value = Math.max(value + 1, Math.round(value * 1.15))) values.push(value);
  return [...values, 16 * now];
};

/** Whole numbers from `most` down to 1. */
const downFrom = (most: number): readonly number[] => Array.from({ length: most }, (_, index) => most - index);
