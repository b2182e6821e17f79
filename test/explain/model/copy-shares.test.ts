import { expect, test } from 'vitest';
import { buildNetwork, type ServerShape, solveNetwork } from '../../../src/explain/index.ts';
import { copyShares, spread } from '../../../src/explain/model/copy-shares.ts';
import { createRandom } from '../../../src/stats/index.ts';
import { starlette } from '../seed.ts';

test('customers are neither lost nor doubled, however they are spread', () => {
  const random = createRandom(1);
  for (let turn = 0; turn < 200; turn += 1) {
    const parts = Array.from({ length: 1 + random.integer(5) }, () => 0.01 + random.uniform());
    const shares = parts.map((part) => part / parts.reduce((sum, each) => sum + each, 0));
    const n = random.integer(100);
    const spreads = spread(n, shares);
    expect(spreads.reduce((sum, { copies }) => sum + copies, 0)).toBeCloseTo(shares.length, 6);
    expect(spreads.reduce((sum, { customers, copies }) => sum + customers * copies, 0)).toBeCloseTo(n, 6);
  }
});

test('even shares leave no copy more than one behind another', () => {
  const shares = copyShares({ kind: 'limit', name: 'processes', slots: 1, copies: 3, stages: [] })!;
  const present = spread(7, shares).filter(({ copies }) => copies > 1e-6);
  expect(new Set(present.map(({ customers }) => customers))).toEqual(new Set([2, 3]));
});

const rateWith = (shares: ServerShape['shares'], pool = 6): number => {
  const shape: ServerShape = { ...starlette.server, processes: 2, routing: 'sticky', ...(shares ? { shares } : {}) };
  const few = { ...starlette.client, connections: 10 };
  return solveNetwork(buildNetwork({ ...starlette, client: few, server: shape, pool: { connections: pool } }))
    .requestsPerSecond;
};

test('two halves are as good as no shares at all, and the more uneven they are the less there is', () => {
  expect(rateWith([0.5, 0.5])).toBeCloseTo(rateWith(undefined), 9);
  const rates = [0.5, 0.6, 0.7, 0.8, 0.9].map((most) => rateWith([most, 1 - most]));
  expect(rates).toEqual([...rates].sort((a, b) => b - a));
});

test('with all connections at one of two processes its half of the pool is all that is used', () => {
  const all = buildNetwork({
    ...starlette,
    server: { ...starlette.server, processes: 2, routing: 'sticky', shares: [1] },
  });
  const places = solveNetwork(all).places;
  expect(places.find(({ name }) => name === 'pool')).toMatchObject({ capacity: 10 });
  // Three connections of six; ten clients who are on their way for 30 ms do not fill either all the time.
  const left = rateWith([1]) / rateWith([0.5, 0.5]);
  expect(left).toBeGreaterThan(0.5);
  expect(left).toBeLessThan(0.65);
});

test.each([
  { name: 'one share too few', choice: [1] },
  { name: 'a share of nothing', choice: [1, 0] },
])('$name is refused', ({ choice }) => {
  const stages = [{ kind: 'delay', name: 'work', ms: 1 }] as const;
  const network = {
    connections: 1,
    stations: {},
    stages: [{ kind: 'limit', name: 'processes', slots: 1, copies: 2, choice, stages }] as const,
  };
  expect(() => solveNetwork(network)).toThrow(expect.objectContaining({ code: 'explain.invalid' }));
});
