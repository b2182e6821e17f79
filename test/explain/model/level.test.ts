import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  buildNetwork,
  type Demands,
  findBounds,
  type Network,
  simulate,
  solveNetwork,
} from '../../../src/explain/index.ts';
import { stationDemandsMs, unloadedMs } from '../../../src/explain/model/level.ts';
import { compile } from '../../../src/explain/simulation/program.ts';
import { createRandom } from '../../../src/stats/index.ts';
import { arbitraryDemands } from '../arbitrary-demands.ts';
import { delay, limit, repeat, serve } from '../networks.ts';

const readCpuMs = ({ cpuMs }: Demands): number => Object.values(cpuMs).reduce((sum, { value }) => sum + value, 0);
const sum = (values: Iterable<number>): number => [...values].reduce((total, value) => total + value, 0);

test('the demands of all stations sum to the CPU of the components, whatever the demands are', () => {
  fc.assert(
    fc.property(arbitraryDemands, (demands) => {
      const network = buildNetwork(demands);
      const wantedMs = readCpuMs(demands) + (demands.database.lockMs?.value ?? 0);
      expect(sum(stationDemandsMs(network).values())).toBeCloseTo(wantedMs, 6);
    }),
    { numRuns: 1_000 },
  );
});

test('the simulation is given the same demands as the solver', () => {
  fc.assert(
    fc.property(arbitraryDemands, (demands) => {
      const network = buildNetwork(demands);
      const { steps, stations } = compile(network);
      const runMs = new Map<string, number>();
      for (const step of steps) {
        if (step.kind !== 'serve') continue;
        const { name, servers } = stations[step.station]!;
        const exact = network.stations[name]!.servers;
        const ms = Number.isFinite(exact) ? (step.ms * exact) / servers : step.ms;
        runMs.set(name, (runMs.get(name) ?? 0) + ms);
      }
      for (const [station, ms] of stationDemandsMs(network)) expect(runMs.get(station) ?? 0).toBeCloseTo(ms, 6);
    }),
    { numRuns: 1_000 },
  );
});

test('the use of each station that is solved is the rate times what a request demands of it', () => {
  fc.assert(
    fc.property(arbitraryDemands, (demands) => {
      const network = buildNetwork(demands);
      const { requestsPerSecond, places } = solveNetwork(network);
      for (const [station, ms] of stationDemandsMs(network)) {
        const place = places.find(({ kind, name }) => kind === 'station' && name === station);
        if (ms > 0) expect(place!.busy).toBeCloseTo((requestsPerSecond * ms) / 1_000, 4);
      }
    }),
    { numRuns: 200 },
  );
}, 60_000);

/** A login of 4 ms once, then ten round trips of 0.2 ms on the same thread. */
const loginAndTurns: Network = {
  connections: 20,
  stations: { cpu: { servers: 4 } },
  stages: [
    delay('z', 5),
    limit('thread', 1, [serve('cpu', 4)]),
    repeat(10, [delay('link', 0.5), limit('thread', 1, [serve('cpu', 0.2)])]),
  ],
};

test('a limit that is entered twice with different contents has both of them inside', () => {
  expect(stationDemandsMs(loginAndTurns).get('cpu')).toBeCloseTo(4 + 2, 12);
  expect(unloadedMs(loginAndTurns.stages)).toBeCloseTo(5 + 4 + 5 + 2, 12);
  const [first] = findBounds(loginAndTurns);
  expect(first).toMatchObject({ resource: 'thread', capacity: 1 });
  expect(first!.holdMs).toBeCloseTo(6, 12);
  const simulated = simulate(loginAndTurns, { random: createRandom(3), requests: 20_000, phases: 1 });
  expect(Math.abs(solveNetwork(loginAndTurns).requestsPerSecond / simulated.requestsPerSecond.value - 1)).toBeLessThan(
    0.02,
  );
});

test('two limits of one name that are not alike are refused, and one inside itself', () => {
  const withStages = (...stages: Network['stages']): Network => ({ connections: 2, stations: {}, stages });
  expect(() =>
    solveNetwork(withStages(limit('pool', 2, [delay('a', 1)]), limit('pool', 3, [delay('b', 1)]))),
  ).toThrowError(/^pool: 2 slots in 1 copy, chosen "even" at one place, 3 slots/);
  expect(() =>
    solveNetwork(withStages(limit('pool', 2, [delay('a', 1)]), limit('pool', 2, [delay('b', 1)], 2))),
  ).toThrowError(/^pool: 2 slots in 1 copy/);
  expect(() => solveNetwork(withStages(limit('pool', 2, [limit('pool', 2, [delay('a', 1)])])))).toThrowError(
    /inside it already/,
  );
});

test('two hosts of one name are refused: their cores would count as those of the last', () => {
  fc.assert(
    fc.property(arbitraryDemands, (demands) => {
      const hosts = [
        { name: 'machine', cores: 2, components: ['client', 'server'] as const },
        { name: 'machine', cores: 4, components: ['proxy', 'database'] as const },
      ];
      const cpuMs = { ...demands.cpuMs, database: { value: 1, low: 1, high: 1 } };
      expect(() => buildNetwork({ ...demands, hosts, cpuMs })).toThrowError(
        /two hosts would both be called machine CPU/,
      );
    }),
    { numRuns: 20 },
  );
});
