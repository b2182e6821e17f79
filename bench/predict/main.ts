import { buildNetwork, predict, simulate, solveNetwork } from '../../src/explain/index.ts';
import { createRandom } from '../../src/stats/index.ts';
import { randomDemands } from '../../test/explain/random-demands.ts';

/*
 * What `predict` says of random candidates, and the solver alone, beside a long simulation of the same network.
 *
 *     npm run bench:predict [-- CANDIDATES [FIRST_SEED]]     150 from seed 0 by default, about five minutes
 */
const candidates = Number(process.argv[2] ?? 150);
const firstSeed = Number(process.argv[3] ?? 0);
const longRequests = 100_000;
const wanted = 0.02;

interface Row {
  readonly seed: number;
  readonly solverError: number;
  readonly error: number;
  readonly method: string;
  readonly ms: number;
}

const rows = Array.from({ length: candidates }, (_, index): Row => {
  const seed = firstSeed + index;
  const demands = randomDemands(createRandom(seed));
  const network = buildNetwork(demands);
  const startMs = performance.now();
  const { requestsPerSecond, method } = predict(demands);
  const ms = performance.now() - startMs;
  const long = simulate(network, { random: createRandom(7), requests: longRequests, phases: 1 }).requestsPerSecond
    .value;
  const errorOf = (rate: number): number => Math.abs(rate / long - 1);
  return {
    seed,
    method,
    ms,
    solverError: errorOf(solveNetwork(network).requestsPerSecond),
    error: errorOf(requestsPerSecond.value),
  };
});

const percent = (ratio: number): string => `${(100 * ratio).toFixed(1)} %`;
const line = (what: string, errors: readonly number[]): string => {
  const sorted = [...errors].sort((a, b) => a - b);
  const at = (share: number): string => percent(sorted[Math.ceil(share * sorted.length) - 1]!);
  return `${what.padEnd(10)} median ${at(0.5)}, nine in ten ${at(0.9)}, worst ${at(1)}\n`;
};
process.stdout.write(
  line(
    'solver',
    rows.map(({ solverError }) => solverError),
  ),
);
process.stdout.write(
  line(
    'predict',
    rows.map(({ error }) => error),
  ),
);
const slowest = Math.max(...rows.map(({ ms }) => ms));
const simulated = rows.filter(({ method }) => method === 'simulated').length;
process.stdout.write(
  `${simulated} of ${rows.length} simulated; the slowest prediction took ${slowest.toFixed(0)} ms\n`,
);
const beyond = rows.filter(({ error }) => error > wanted);
for (const { seed, error } of beyond) process.stdout.write(`FAIL candidate ${seed}: off by ${percent(error)}\n`);
process.exitCode = beyond.length === 0 ? 0 : 1;
