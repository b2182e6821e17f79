import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  buildNetwork,
  type Demands,
  exactly,
  type Network,
  predict,
  type SharedCores,
  simulate,
  solveNetwork,
} from '../../../src/explain/index.ts';
import { createRandom, findMedian } from '../../../src/stats/index.ts';
import { arbitraryDemands, readShares } from '../arbitrary-demands.ts';
import { delay, limit, serve } from '../networks.ts';
import { randomDemands } from '../random-demands.ts';

const machine = (cores: number): readonly SharedCores[] => [
  { name: 'machine', cores, components: ['client', 'proxy', 'server', 'pooler', 'database'] },
];
const ownMachine = (cores: number): readonly SharedCores[] => [
  { name: 'server machine', cores, components: ['server'] },
];

const serverMs = 6;
const databaseMs = 0.97;

/** Four processes of one thread; ten connections, 10 ms of link. */
const fourProcesses = (hosts: readonly SharedCores[], shares?: readonly number[]): Demands => ({
  candidate: 'four',
  client: { connections: 10, thinkMs: exactly(0), linkMs: exactly(10) },
  server: { processes: 4, threadsEach: 1, routing: 'sticky', ...(shares === undefined ? {} : { shares }) },
  database: { linkMs: exactly(0), roundTrips: exactly(1), waitMs: exactly(0) },
  cpuMs: { server: exactly(serverMs), database: exactly(databaseMs) },
  holdCpuShare: exactly(0),
  hosts,
  unseen: [],
});

/** What that is, written down by hand: each process has a thread of its own, and all threads share the cores. */
const byHand = (cores: number, shares: readonly number[], database: string): Network => ({
  connections: 10,
  stations: { cpu: { servers: cores }, elsewhere: { servers: Number.POSITIVE_INFINITY } },
  stages: [
    delay('link', 10),
    {
      kind: 'limit',
      name: 'process',
      slots: Number.POSITIVE_INFINITY,
      copies: shares.length,
      choice: shares,
      stages: [limit('thread', 1, [serve('cpu', serverMs)]), serve(database, databaseMs)],
    },
  ],
});

const simulatedRate = (network: Network): number =>
  simulate(network, { random: createRandom(7), requests: 40_000, phases: 1 }).requestsPerSecond.value;

describe('a process has no more threads than it has, however many the others leave idle', () => {
  const uneven = [0.7, 0.1, 0.1, 0.1];
  test.each([
    { name: 'a core for each process, shared', hosts: machine(4), cores: 4, database: 'cpu' },
    { name: 'fewer cores than processes, shared', hosts: machine(3), cores: 3, database: 'cpu' },
    { name: 'more cores than processes, shared', hosts: machine(6), cores: 6, database: 'cpu' },
    { name: 'a core for each process, its own', hosts: ownMachine(4), cores: 4, database: 'elsewhere' },
    { name: 'fewer cores than processes, its own', hosts: ownMachine(3), cores: 3, database: 'elsewhere' },
  ])('$name', ({ hosts, cores, database }) => {
    const rate = simulatedRate(byHand(cores, uneven, database));
    const { requestsPerSecond } = predict(fourProcesses(hosts, uneven));
    expect(Math.abs(requestsPerSecond.value / rate - 1)).toBeLessThan(0.02);
    // A thread does 1 000 / 6 requests per second, and the other three connections what they can.
    expect(requestsPerSecond.value).toBeLessThan(360);
  });

  test('and a little of a core taken by others changes little', () => {
    const [host] = ownMachine(4);
    const taken = [{ ...host!, takenCores: exactly(0.05) }];
    const [whole, less] = [ownMachine(4), taken].map(
      (hosts) => predict(fourProcesses(hosts, uneven)).requestsPerSecond.value,
    );
    expect(Math.abs(less! / whole! - 1)).toBeLessThan(0.03);
  });
});

const counts = fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 2, maxLength: 6 });

test('an uneven spread is never solved to more than an even one', () => {
  fc.assert(
    fc.property(arbitraryDemands, counts, (demands, connections) => {
      const { shares: _, ...server } = demands.server;
      const even: Demands = { ...demands, server: { ...server, processes: connections.length, routing: 'sticky' } };
      const uneven: Demands = { ...even, server: { ...even.server, shares: readShares(connections) } };
      const [most, rate] = [even, uneven].map((one) => solveNetwork(buildNetwork(one)).requestsPerSecond);
      expect(rate).toBeLessThanOrEqual(most! * (1 + 1e-6));
    }),
    { numRuns: 150 },
  );
}, 120_000);

/** A candidate that a race could meet; where it has several processes its connections are spread as they fell. */
const withSpread = (seed: number): Demands => {
  const random = createRandom(seed);
  const demands = randomDemands(random);
  const { server, client } = demands;
  if (server.routing !== 'sticky' || server.processes < 2) return demands;
  const counts = Array.from({ length: server.processes }, () => 1);
  for (let left = client.connections - server.processes; left > 0; left -= 1) {
    counts[random.integer(server.processes)]! += 1;
  }
  return { ...demands, server: { ...server, shares: readShares(counts) } };
};

test('with connections spread as they fell the solver is as near to the simulation as elsewhere', () => {
  const errors = Array.from({ length: 40 }, (_, seed) => {
    const network = buildNetwork(withSpread(seed));
    const { requestsPerSecond } = simulate(network, { random: createRandom(7), requests: 4_000, phases: 1 });
    return Math.abs(solveNetwork(network).requestsPerSecond / requestsPerSecond.value - 1);
  });
  expect(findMedian(errors)).toBeLessThan(0.015);
  expect(Math.max(...errors)).toBeLessThan(0.1);
}, 60_000);

/** Of the first 300, those of several processes on shared cores of which there are no more than processes. */
const crowded = Array.from({ length: 300 }, (_, seed) => seed)
  .filter((seed) => {
    const { server, hosts } = withSpread(seed);
    return server.shares !== undefined && hosts.length === 1 && server.processes >= hosts[0]!.cores;
  })
  .slice(0, 4);

test.each(crowded.map((seed) => ({ seed })))(
  'with no more cores than processes the prediction is that of a longer simulation: candidate $seed',
  ({ seed }) => {
    const demands = withSpread(seed);
    const long = simulate(buildNetwork(demands), { random: createRandom(7), requests: 40_000, phases: 1 });
    const { requestsPerSecond } = predict(demands);
    expect(Math.abs(requestsPerSecond.value / long.requestsPerSecond.value - 1)).toBeLessThan(0.015);
  },
  60_000,
);
