import { createRandom } from '../../src/stats/index.ts';

/** A server of the bench, and what its "pool of 5" and "pool of 20" are. */
export interface BenchedServer {
  readonly name: string;
  /** The setting that says how many requests can be at the database, all of it a process's own. */
  readonly setting: 'pool' | 'workers';
  /** Its values at the two points of the bench, the first near 5 connections in all and the second 20. */
  readonly values: readonly [small: number, large: number];
  /** Before a point counts: longer than its slowest answers take, and until all its processes are up, not only the first. */
  readonly warmupSeconds: number;
}

/** The seed's three servers and two tuned variants. */
export const servers: readonly BenchedServer[] = [
  { name: 'axum-bb8', setting: 'pool', values: [5, 20], warmupSeconds: 4 },
  { name: 'axum-tuned', setting: 'pool', values: [5, 20], warmupSeconds: 2 },
  // Two processes, each with a pool: 6 connections in all, and 20.
  { name: 'starlette-asyncpg', setting: 'pool', values: [3, 10], warmupSeconds: 4 },
  { name: 'starlette-tuned', setting: 'pool', values: [3, 10], warmupSeconds: 2 },
  // It has no pool: each of its synchronous workers opens a connection for each request, so workers are what limits.
  { name: 'django-psycopg', setting: 'workers', values: [5, 20], warmupSeconds: 8 },
];

/** What the predictions are made for; docs/benchmarks.md has the table. */
export const rttsMs = [1, 2, 4, 8] as const;
export const connectionCounts = [10, 50, 100] as const;

/**
 * The one setting in which the model is calibrated: a relay in place whose CPU is seen, but hardly any distance; and more connections
 * than the proxy lets in, because a request that queues there costs HAProxy and the server CPU that others do not.
 */
export const calibration = { rttMs: 0.1, connections: 50 } as const;

const common = {
  workload: 'recipes',
  proxy: { maxconn: 25, pathPrefix: '/api/v1/' },
  pooler: { connections: 25 },
  seed: 1,
  retries: 2,
};

/**
 * The plan of a race in which a server's demands are measured, with its larger pool (five workers for Django).
 *
 * @param isCounted Whether its round trips are counted first: once is enough, they do not change.
 */
export const calibrationPlan = (
  { name, setting, values }: BenchedServer,
  { seconds, rounds, isCounted }: { readonly seconds: number; readonly rounds: number; readonly isCounted: boolean },
) => ({
  ...common,
  candidates: [{ use: name, settings: { [setting]: setting === 'workers' ? values[0] : values[1] } }],
  connections: calibration.connections,
  links: { 'server-database': `${calibration.rttMs}ms` },
  duration: `${seconds}s`,
  warmup: '2s',
  blocks: rounds,
  ...(isCounted ? {} : { calibration: false, sample: 0 }),
});

/** Which points of the bench to measure. */
export interface Points {
  readonly rttsMs: readonly number[];
  readonly connections: readonly number[];
}

/** Points that are measured in one race, between two calibrations: few, so that the calibrations are near. */
export interface PointGroup {
  readonly rttMs: number;
  /** Of the server's setting. */
  readonly value: number;
  readonly connections: readonly number[];
}

/** All of a server's points, in another order for each seed. */
export const groupsOf = ({ values }: BenchedServer, points: Points, seed: number): readonly PointGroup[] => {
  const groups = points.rttsMs.flatMap((rttMs) =>
    values.map((value) => ({ rttMs, value, connections: points.connections })),
  );
  return createRandom(seed).shuffle(groups);
};

/** The plan of a race that predictions are compared with: nothing of it goes back into the demands. */
export const pointsPlan = (
  { name, setting, warmupSeconds }: BenchedServer,
  { rttMs, value, connections }: PointGroup,
  { seconds, seed }: { readonly seconds: number; readonly seed: number },
) => ({
  ...common,
  seed,
  candidates: [name],
  links: { 'server-database': `${rttMs}ms` },
  sweep: {
    'links.server-database': [`${rttMs}ms`],
    connections,
    [`settings.${setting}`]: [value],
  },
  duration: `${seconds}s`,
  warmup: `${warmupSeconds}s`,
  blocks: 1,
  calibration: false,
  sample: 0,
  instruments: { proxy: false, pooler: false, server: true, database: false, machine: true },
});
