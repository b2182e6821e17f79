import { expect, test } from 'vitest';
import { findBounds, type Network, solveNetwork, throughputCurve } from '../../../src/explain/index.ts';
import { createRandom } from '../../../src/stats/index.ts';
import { delay, limit, randomNetwork, repeat, serve } from '../networks.ts';

const presentAt = (network: Network): Readonly<Record<string, number>> =>
  Object.fromEntries(solveNetwork(network).places.map(({ name, present }) => [name, present]));

test('a published network with two servers and a delay is reproduced', () => {
  // mmarzolla/queueing: S = [.5 .6 .8 1], m = [2 1 1 delay], V = [1 .5 .5 1], N = 3.
  const network: Network = {
    connections: 3,
    stations: { a: { servers: 2 }, b: { servers: 1 }, c: { servers: 1 } },
    stages: [serve('a', 500), serve('b', 300), serve('c', 400), delay('d', 1_000)],
  };
  // Published as 1.218, which its own queues (1.217 in a delay of 1) round differently.
  expect(Math.abs(solveNetwork(network).requestsPerSecond - 1.218)).toBeLessThan(0.001);
  const { a, b, c, d } = presentAt(network);
  expect(a).toBeCloseTo(0.624, 3);
  expect(b).toBeCloseTo(0.473, 3);
  expect(c).toBeCloseTo(0.686, 3);
  expect(d).toBeCloseTo(1.217, 3);
});

test('a published interactive system is reproduced', () => {
  // mmarzolla/queueing: S = [.125 .3 .2], V = [16 10 5], N = 20, Z = 4; R is for each visit.
  const network: Network = {
    connections: 20,
    stations: { cpu: { servers: 1 }, disk: { servers: 1 }, net: { servers: 1 } },
    stages: [
      delay('think', 4_000),
      repeat(16, [serve('cpu', 125)]),
      repeat(10, [serve('disk', 300)]),
      repeat(5, [serve('net', 200)]),
    ],
  };
  const { requestsPerSecond } = solveNetwork(network);
  const present = presentAt(network);
  expect(present['cpu']! / requestsPerSecond / 16).toBeCloseTo(0.373, 3);
  expect(present['disk']! / requestsPerSecond / 10).toBeCloseTo(4.854, 3);
  expect(present['net']! / requestsPerSecond / 5).toBeCloseTo(0.3, 3);
});

/** Exact mean value analysis for single servers and a delay (Reiser & Lavenberg 1980). */
const meanValueAnalysis = (demandsMs: readonly number[], delayMs: number, population: number): number => {
  const queues = demandsMs.map(() => 0);
  let throughput = 0;
  for (let n = 1; n <= population; n += 1) {
    const residences = demandsMs.map((ms, index) => ms * (1 + queues[index]!));
    throughput = n / (delayMs + residences.reduce((sum, ms) => sum + ms, 0));
    residences.forEach((ms, index) => {
      queues[index] = throughput * ms;
    });
  }
  return throughput * 1_000;
};

test('with single servers the solution is that of mean value analysis', () => {
  for (let seed = 0; seed < 200; seed += 1) {
    const random = createRandom(seed);
    const demandsMs = Array.from({ length: 1 + random.integer(5) }, () => random.lognormal(1, 1.5));
    const delayMs = random.uniform() < 0.3 ? 0 : random.lognormal(2, 2);
    const connections = 1 + random.integer(60);
    const network: Network = {
      connections,
      stations: Object.fromEntries(demandsMs.map((_, index) => [`s${index}`, { servers: 1 }])),
      stages: [delay('think', delayMs), ...demandsMs.map((ms, index) => serve(`s${index}`, ms))],
    };
    const expected = meanValueAnalysis(demandsMs, delayMs, connections);
    expect(Math.abs(solveNetwork(network).requestsPerSecond / expected - 1)).toBeLessThan(1e-9);
  }
});

/** Birth-death chain of m servers and a delay, by direct summation: no shared code with the solver. */
const birthDeath = (serviceMs: number, servers: number, delayMs: number, population: number): number => {
  let weight = 1;
  let total = 1;
  let busy = 0;
  for (let n = 1; n <= population; n += 1) {
    weight *= ((population - n + 1) / delayMs) * (serviceMs / Math.min(n, servers));
    total += weight;
    busy += weight * Math.min(n, servers);
  }
  return (busy / total / serviceMs) * 1_000;
};

test('the multi-server case at which textbook MVA turns negative is solved', () => {
  // S = 4, m = 8, Z = 10 goes wrong from N = 44 there; the true capacity is 2.
  const network: Network = {
    connections: 100,
    stations: { s: { servers: 8 } },
    stages: [serve('s', 4_000), delay('z', 10_000)],
  };
  const curve = throughputCurve(network);
  for (const population of [1, 8, 20, 44, 60, 100]) {
    expect(curve[population]).toBeCloseTo(birthDeath(4_000, 8, 10_000, population), 9);
  }
  expect(curve[100]).toBeCloseTo(2, 6);
});

test('one connection waits for nobody: its cycle is the sum of all times', () => {
  for (let seed = 0; seed < 300; seed += 1) {
    const network = { ...randomNetwork(createRandom(seed)), connections: 1 };
    const whole = findBounds(network).find(({ kind }) => kind === 'connections')!.holdMs;
    const { cycleMs, places } = solveNetwork(network);
    expect(cycleMs / whole).toBeCloseTo(1, 9);
    for (const { waiting } of places) expect(waiting).toBeLessThan(1e-6);
  }
});

test('many connections reach the lowest bound, and no number of them exceeds any', () => {
  const network: Network = {
    connections: 2_000,
    stations: { cpu: { servers: 2 }, db: { servers: 3 } },
    stages: [delay('think', 50), serve('cpu', 4), limit('pool', 5, [repeat(3, [delay('link', 2), serve('db', 0.5)])])],
  };
  const [lowest] = findBounds(network);
  expect(lowest).toMatchObject({ resource: 'cpu', capacity: 2, holdMs: 4, requestsPerSecond: 500 });
  expect(solveNetwork(network).requestsPerSecond).toBeCloseTo(500, 3);
});

test('a pool around one delay is as many servers', () => {
  const pooled: Network = {
    connections: 50,
    stations: {},
    stages: [delay('z', 30), limit('pool', 20, [delay('rt', 74)])],
  };
  expect(solveNetwork(pooled).requestsPerSecond).toBeCloseTo(birthDeath(74, 20, 30, 50), 6);
});

test('a limit wider than the population changes nothing', () => {
  const inside = [delay('link', 3), serve('cpu', 1)];
  const open: Network = { connections: 20, stations: { cpu: { servers: 2 } }, stages: [delay('z', 5), ...inside] };
  const wrapped: Network = { ...open, stages: [delay('z', 5), limit('pool', 20, inside)] };
  expect(solveNetwork(wrapped).requestsPerSecond).toBeCloseTo(solveNetwork(open).requestsPerSecond, 9);
});

test('every connection is somewhere: what is present in all outermost places adds up to them', () => {
  const network: Network = {
    connections: 40,
    stations: { a: { servers: 2 }, b: { servers: 1 } },
    stages: [delay('z', 10), serve('a', 1), limit('max', 25, [serve('b', 1), limit('pool', 5, [delay('rt', 12)])])],
  };
  const { z, a, max, b, pool, rt } = presentAt(network);
  expect(z! + a! + max!).toBeCloseTo(40, 6);
  const places = solveNetwork(network).places;
  const inMax = places.find(({ name }) => name === 'max')!.busy;
  expect(b! + pool!).toBeCloseTo(inMax, 6);
  expect(rt).toBeCloseTo(places.find(({ name }) => name === 'pool')!.busy, 6);
});

test('10,000 random networks give finite, positive, never falling throughputs below all bounds', () => {
  for (let seed = 0; seed < 10_000; seed += 1) {
    const network = randomNetwork(createRandom(seed));
    const { requestsPerSecond, places } = solveNetwork(network);
    const more = solveNetwork({ ...network, connections: network.connections + 1 + (seed % 7) }).requestsPerSecond;
    const bound = findBounds(network)[0]!.requestsPerSecond;
    const isSound =
      requestsPerSecond > 0 &&
      requestsPerSecond <= bound * (1 + 1e-6) &&
      more >= requestsPerSecond * (1 - 1e-6) &&
      places.every(({ present, waiting, busy }) => present >= 0 && waiting >= -1e-9 && busy >= 0);
    if (!isSound) expect.fail(`seed ${seed}: ${requestsPerSecond}/s, then ${more}/s, bound ${bound}/s`);
  }
});

test.each([
  { name: 'no connections', network: { connections: 0, stations: {}, stages: [delay('z', 1)] } },
  { name: 'no time at all', network: { connections: 1, stations: {}, stages: [delay('z', 0)] } },
  { name: 'a station that is not there', network: { connections: 1, stations: {}, stages: [serve('cpu', 1)] } },
  {
    name: 'a limit without slots',
    network: { connections: 1, stations: {}, stages: [limit('pool', 0, [delay('z', 1)])] },
  },
  { name: 'a NaN', network: { connections: 1, stations: {}, stages: [delay('z', Number.NaN)] } },
])('$name is refused', ({ network }) => {
  expect(() => solveNetwork(network)).toThrow(expect.objectContaining({ code: 'explain.invalid' }));
});
