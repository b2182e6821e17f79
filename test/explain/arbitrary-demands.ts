import fc from 'fast-check';
import {
  between,
  type Component,
  type Demands,
  exactly,
  type ServerShape,
  type SharedCores,
} from '../../src/explain/index.ts';

/** Nothing, or a nanosecond at the least. */
const ms = (most: number) =>
  fc.double({ min: 0, max: most, noNaN: true }).map((value) => exactly(value < 1e-6 ? 0 : value));
const share = fc.double({ min: 0, max: 1, noNaN: true });

const components: readonly Component[] = ['client', 'proxy', 'server', 'pooler', 'database'];

/** Components dealt out to one to five hosts, of which each has cores of its own. */
const hosts: fc.Arbitrary<readonly SharedCores[]> = fc
  .record({
    place: fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 5, maxLength: 5 }),
    cores: fc.array(fc.integer({ min: 1, max: 8 }), { minLength: 5, maxLength: 5 }),
    taken: fc.array(fc.double({ min: 0, max: 2, noNaN: true }), { minLength: 5, maxLength: 5 }),
  })
  .map(({ place, cores, taken }) =>
    cores.flatMap((count, index): readonly SharedCores[] => {
      const there = components.filter((_, component) => place[component] === index);
      return there.length === 0
        ? []
        : [{ name: `host ${index}`, cores: count, components: there, takenCores: exactly(taken[index]!) }];
    }),
  );

/** Connections over processes, one at least for each that has any, as shares, the most first. */
export const readShares = (counts: readonly number[]): readonly number[] => {
  const total = counts.reduce((sum, count) => sum + count, 0);
  return [...counts].sort((a, b) => b - a).map((count) => count / total);
};

const server: fc.Arbitrary<ServerShape> = fc
  .record({
    processes: fc.integer({ min: 1, max: 6 }),
    threadsEach: fc.option(fc.integer({ min: 1, max: 3 }), { nil: undefined }),
    concurrencyEach: fc.option(fc.integer({ min: 1, max: 4 }), { nil: undefined }),
    routing: fc.constantFrom('free' as const, 'sticky' as const, 'random' as const),
    counts: fc.option(fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1, maxLength: 6 }), { nil: undefined }),
  })
  .map(({ processes, threadsEach, concurrencyEach, routing, counts }) => ({
    processes,
    routing,
    ...(threadsEach === undefined ? {} : { threadsEach }),
    ...(concurrencyEach === undefined ? {} : { concurrencyEach }),
    ...(counts === undefined || routing !== 'sticky' ? {} : { shares: readShares(counts.slice(0, processes)) }),
  }));

const optional = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });

/** Any demands that the type can say. */
export const arbitraryDemands: fc.Arbitrary<Demands> = fc
  .record({
    connections: fc.integer({ min: 1, max: 40 }),
    thinkMs: ms(20),
    clientLinkMs: ms(40),
    proxy: optional(fc.record({ linkMs: ms(5), maxconn: optional(fc.integer({ min: 1, max: 50 })) })),
    server,
    pool: optional(fc.record({ connections: fc.integer({ min: 1, max: 40 }) })),
    database: fc.record({ linkMs: ms(10), roundTrips: ms(30), waitMs: ms(5), wakeUpMs: ms(1) }),
    lockMs: optional(ms(3)),
    connect: optional(
      fc.record({ roundTrips: ms(7), ms: ms(20), cpuMs: optional(fc.record({ server: ms(9), pooler: ms(9) })) }),
    ),
    pooler: optional(
      fc.record({
        connections: fc.integer({ min: 1, max: 40 }),
        pooling: fc.constantFrom('session' as const, 'statement' as const),
        threadShare: share,
      }),
    ),
    serverMs: fc.double({ min: 0.01, max: 10, noNaN: true }),
    cpuMs: fc.record({
      client: optional(ms(2)),
      proxy: optional(ms(2)),
      pooler: optional(ms(8)),
      database: optional(ms(8)),
    }),
    holdCpuShare: share,
    hosts,
  })
  .map((given) => ({
    candidate: 'any',
    client: { connections: given.connections, thinkMs: given.thinkMs, linkMs: given.clientLinkMs },
    ...(given.proxy === undefined ? {} : { proxy: withoutUndefined(given.proxy) }),
    server: given.server,
    ...(given.pool === undefined ? {} : { pool: given.pool }),
    database: {
      ...given.database,
      ...(given.lockMs === undefined ? {} : { lockMs: given.lockMs }),
      ...(given.connect === undefined ? {} : { connect: withoutUndefined(given.connect) }),
    },
    ...(given.pooler === undefined ? {} : { pooler: given.pooler }),
    cpuMs: {
      server: between(0.9 * given.serverMs, given.serverMs, 1.1 * given.serverMs),
      ...withoutUndefined(given.cpuMs),
    },
    holdCpuShare: exactly(given.holdCpuShare),
    hosts: given.hosts,
    unseen: [],
  }));

type Defined<T> = { [K in keyof T]: Exclude<T[K], undefined> };

const withoutUndefined = <T extends object>(given: T): Defined<T> =>
  Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as Defined<T>;
