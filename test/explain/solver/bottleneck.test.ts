import { expect, test } from 'vitest';
import {
  type Bottleneck,
  buildNetwork,
  type Demands,
  exactly,
  findBottleneck,
  predict,
  resourceUses,
} from '../../../src/explain/index.ts';
import { createRandom, type Random } from '../../../src/stats/index.ts';
import { delay, limit, repeat, serve } from '../networks.ts';
import { django } from '../seed.ts';

const between = (random: Random, low: number, high: number): number => low + (high - low) * random.uniform();

/** A candidate with room everywhere: nothing is above a fifth of what it could do at 40 connections. */
const roomy = (random: Random): Demands => ({
  candidate: 'planted',
  client: { connections: 40, thinkMs: exactly(0), linkMs: exactly(between(random, 1, 3)) },
  proxy: { maxconn: 400, linkMs: exactly(0.1) },
  server: { processes: 1, routing: 'free' },
  pool: { connections: 300 },
  database: {
    linkMs: exactly(between(random, 0.5, 2)),
    roundTrips: exactly(5 + random.integer(10)),
    waitMs: exactly(1),
  },
  cpuMs: {
    client: exactly(0.05),
    proxy: exactly(0.05),
    server: exactly(between(random, 0.2, 0.5)),
    database: exactly(between(random, 0.2, 0.5)),
  },
  holdCpuShare: exactly(between(random, 0.3, 0.9)),
  hosts: [
    { name: 'client machine', cores: 4, components: ['client'] },
    { name: 'proxy machine', cores: 4, components: ['proxy'] },
    { name: 'server machine', cores: 8, components: ['server'] },
    { name: 'database machine', cores: 8, components: ['database'] },
  ],
  unseen: [],
});

/** Each makes one resource scarce, by a random amount, and says what must be named. */
const plants: readonly { readonly name: string; readonly plant: (base: Demands, random: Random) => Demands }[] = [
  { name: 'pool', plant: (base, random) => ({ ...base, pool: { connections: 2 + random.integer(6) } }) },
  {
    name: 'proxy maxconn',
    plant: (base, random) => ({ ...base, proxy: { ...base.proxy!, maxconn: 2 + random.integer(6) } }),
  },
  {
    name: 'workers',
    plant: ({ pool: _, ...base }, random) => ({
      ...base,
      server: { processes: 2 + random.integer(5), threadsEach: 1, concurrencyEach: 1, routing: 'free' },
    }),
  },
  {
    name: 'server CPU',
    plant: (base, random) => ({ ...base, cpuMs: { ...base.cpuMs, server: exactly(between(random, 10, 25)) } }),
  },
  {
    name: 'database CPU',
    plant: (base, random) => ({ ...base, cpuMs: { ...base.cpuMs, database: exactly(between(random, 10, 25)) } }),
  },
  {
    name: 'client CPU',
    plant: (base, random) => ({ ...base, cpuMs: { ...base.cpuMs, client: exactly(between(random, 6, 15)) } }),
  },
  {
    name: 'database lock',
    plant: (base, random) => ({ ...base, database: { ...base.database, lockMs: exactly(between(random, 2, 8)) } }),
  },
  {
    name: 'connections',
    plant: (base, random) => ({ ...base, client: { ...base.client, connections: 2 + random.integer(8) } }),
  },
];

/** What a race would measure: every quantity is off by a few per cent. */
const measured = (demands: Demands, random: Random): Demands =>
  JSON.parse(JSON.stringify(demands), (_, item) =>
    typeof item?.value === 'number' ? exactly(item.value * random.lognormal(0, 0.04)) : item,
  ) as Demands;

test('a planted bottleneck gets its name in at least 95 of 100 candidates', () => {
  const wrong: string[] = [];
  let cantTell = 0;
  for (let run = 0; run < 100; run += 1) {
    const random = createRandom(run);
    const { name, plant } = plants[run % plants.length]!;
    const { bottleneck } = predict(measured(plant(roomy(random), random), random));
    if (bottleneck.kind === 'cant-tell') cantTell += 1;
    else if (bottleneck.resource !== name) wrong.push(`${run}: ${name} was named ${bottleneck.resource}`);
  }
  expect(wrong).toEqual([]);
  expect(cantTell).toBeLessThanOrEqual(5);
});

test.each([
  { where: 'client link', change: (base: Demands) => ({ ...base, client: { ...base.client, linkMs: exactly(80) } }) },
  {
    where: 'database link',
    change: (base: Demands) => ({ ...base, database: { ...base.database, linkMs: exactly(9) } }),
  },
])(
  'a long $where binds through the connections that wait for it, and is named as what they wait for',
  ({ where, change }) => {
    const { bottleneck } = predict(change(roomy(createRandom(1))));
    expect(bottleneck).toMatchObject({ kind: 'binds', resource: 'connections', dominant: where });
    expect(bottleneck.evidence).toMatch(/^Nothing is saturated/);
  },
);

test('a full pool around a saturated CPU is a symptom: the CPU is named', () => {
  const network = {
    connections: 50,
    stations: { 'server CPU': { servers: 1 } },
    stages: [
      delay('client link', 1),
      limit('pool', 10, [repeat(5, [delay('database link', 0.2), serve('server CPU', 1)])]),
    ],
  };
  const uses = resourceUses(network);
  expect(uses.find(({ resource }) => resource === 'pool')!.utilisation).toBeGreaterThan(0.99);
  const bottleneck = findBottleneck(network, uses);
  expect(bottleneck).toMatchObject({ kind: 'binds', resource: 'server CPU' });
  expect(bottleneck.evidence).toMatch(
    /^Server CPU binds: each request needs 5 ms of it and there is 1 core, so at most 1 \/ 5 ms = 200 requests\/s; it is 100 % in use/,
  );
});

test('two resources as scarce as each other are not told apart, and both are named', () => {
  const network = {
    connections: 400,
    stations: { a: { servers: 1 }, b: { servers: 1 } },
    stages: [delay('client link', 20), serve('a', 2), serve('b', 2)],
  };
  const bottleneck: Bottleneck = findBottleneck(network, resourceUses(network));
  expect(bottleneck.kind).toBe('cant-tell');
  if (bottleneck.kind === 'cant-tell') expect([...bottleneck.resources].sort()).toEqual(['a', 'b']);
});

test('on one machine the CPU of all components is one station', () => {
  const base = roomy(createRandom(2));
  const demands: Demands = {
    ...base,
    hosts: [{ name: 'machine', cores: 2, components: ['client', 'proxy', 'server', 'database'] }],
    cpuMs: { client: exactly(0.3), proxy: exactly(0.3), server: exactly(1.2), database: exactly(1) },
  };
  const { bottleneck, bounds } = predict(demands);
  expect(bottleneck).toMatchObject({ kind: 'binds', resource: 'machine CPU' });
  const cpu = bounds.find(({ resource }) => resource === 'machine CPU')!;
  expect(cpu).toMatchObject({ capacity: 2, kind: 'station' });
  expect(cpu.holdMs).toBeCloseTo(2.8, 9);
});

test('one event loop binds before the machine does', () => {
  const base = roomy(createRandom(3));
  const demands: Demands = {
    ...base,
    server: { processes: 1, threadsEach: 1, routing: 'free' },
    hosts: [{ name: 'machine', cores: 4, components: ['client', 'proxy', 'server', 'database'] }],
    cpuMs: { client: exactly(0.1), proxy: exactly(0.1), server: exactly(2), database: exactly(0.5) },
  };
  expect(predict(demands).bottleneck).toMatchObject({ kind: 'binds', resource: 'server threads' });
  expect(buildNetwork(demands).stations['machine CPU']).toEqual({ servers: 4 });
});

test('the one thread of a pooler binds before the machine does', () => {
  const base = roomy(createRandom(3));
  const demands: Demands = {
    ...base,
    server: { processes: 1, routing: 'free' },
    pooler: { connections: 25, pooling: 'session', threadShare: 0.8 },
    hosts: [{ name: 'machine', cores: 4, components: ['client', 'proxy', 'server', 'pooler', 'database'] }],
    cpuMs: {
      client: exactly(0.1),
      proxy: exactly(0.1),
      server: exactly(0.5),
      pooler: exactly(2.5),
      database: exactly(0.5),
    },
  };
  const { bottleneck, bounds } = predict(demands);
  expect(bottleneck).toMatchObject({ kind: 'binds', resource: 'pooler thread' });
  expect(bottleneck.evidence).toMatch(
    /^The pooler’s only thread binds: each request keeps it for 2\.0\d ms .*, so at most 1 \/ 2\.0\d ms = 49\d requests\/s; /,
  );
  expect(bounds[0]!.requestsPerSecond).toBeCloseTo(500, 9);
  // On one core it is no limit of its own.
  const alone = { ...demands, hosts: [{ ...demands.hosts[0]!, cores: 1 }] };
  expect(predict(alone).uses.map(({ resource }) => resource)).not.toContain('pooler thread');
});

test('a login in one piece keeps others waiting at the pooler longer than the same work spread over the request', () => {
  const spread: Demands = {
    ...django,
    database: {
      ...django.database,
      linkMs: exactly(1),
      roundTrips: exactly(15),
      connect: { roundTrips: exactly(6), ms: exactly(0) },
    },
    pooler: { connections: 25, pooling: 'session', threadShare: 0.6 },
    hosts: [{ name: 'machine', cores: 2, components: ['client', 'proxy', 'server', 'pooler', 'database'] }],
    cpuMs: {
      client: exactly(0.2),
      proxy: exactly(0.3),
      server: exactly(6.7),
      pooler: exactly(8.7),
      database: exactly(2.1),
    },
  };
  const login = { server: exactly(2), pooler: exactly(4) };
  const inOne: Demands = {
    ...spread,
    database: { ...spread.database, connect: { ...spread.database.connect!, cpuMs: login } },
  };
  const predictRate = (demands: Demands): number => predict(demands).requestsPerSecond.value;
  expect(predictRate(inOne) / predictRate(spread)).toBeLessThan(0.95);
  expect(predictRate(inOne) / predictRate(spread)).toBeGreaterThan(0.5);
});
