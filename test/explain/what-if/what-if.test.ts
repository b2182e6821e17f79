import { expect, test } from 'vitest';
import {
  advise,
  between,
  type Demands,
  exactly,
  predict,
  type WhatIfChange,
  whatIf,
  withEvenConnections,
} from '../../../src/explain/index.ts';
import { axum, django, starlette } from '../seed.ts';

const resourceOf = (demands: Demands, change: WhatIfChange): string => {
  const { bottleneck } = whatIf(demands, change);
  return bottleneck.kind === 'binds' ? bottleneck.resource : bottleneck.resources.join(' or ');
};

test('no change is no gain', () => {
  const { gain, requestsPerSecond } = whatIf(axum, {});
  expect(gain).toEqual({ value: 1, low: 1, high: 1 });
  expect(requestsPerSecond.value).toBeCloseTo(predict(axum).requestsPerSecond.value, 9);
});

test('half the round trips nearly double a pool that waits for them, and the rate keeps its order with everything else', () => {
  expect(whatIf(axum, { roundTrips: 10 }).gain.value).toBeGreaterThan(1.9);
  expect(whatIf(axum, { rttMs: 1.85 }).gain.value).toBeGreaterThan(1.9);
});

test('a larger pool helps until the next limit, which is named', () => {
  expect(resourceOf(axum, {})).toBe('pool');
  expect(resourceOf(axum, { pool: 40 })).toBe('proxy maxconn');
  expect(resourceOf(axum, { pool: 60, maxconn: 60 })).toBe('connections');
  expect(resourceOf(starlette, { rttMs: 0.2 })).toBe('server CPU');
});

test('the gain is applied to the rate that was measured, and both uncertainties count', () => {
  const measured = between(260, 270, 280);
  const { gain, requestsPerSecond } = whatIf(axum, { roundTrips: 9 }, measured);
  expect(requestsPerSecond.value).toBeCloseTo(270 * gain.value, 9);
  expect(requestsPerSecond.value - requestsPerSecond.low).toBeGreaterThan(10 * gain.value);
  expect(whatIf(axum, { roundTrips: 9 }, exactly(270)).requestsPerSecond.low).toBeGreaterThan(requestsPerSecond.low);
});

test("latency and rate obey Little's law at the changed number of connections", () => {
  const { requestsPerSecond, latencyMs } = whatIf(axum, { connections: 200 });
  expect((requestsPerSecond.value * latencyMs.value) / 1_000).toBeCloseTo(200, 9);
});

test('keeping connections saves what connecting takes', () => {
  const { gain } = whatIf(django, { keepConnections: true });
  // 80.7 ms less 7 round trips of 3.7 ms and 15 ms of key exchange.
  expect(gain.value).toBeCloseTo(80.7 / (80.7 - 25.9 - 15), 1);
});

test('connections spread evenly use the whole pool, and that is no gain of more processes', () => {
  const uneven: Demands = {
    ...starlette,
    server: { ...starlette.server, processes: 2, routing: 'sticky', shares: [1] },
  };
  const { gain } = whatIf(uneven, { evenConnections: true });
  expect(gain.value).toBeGreaterThan(1.5);
  expect(advise(uneven).map(({ what }) => what)).toContain('connections spread evenly over the processes');
  const even = whatIf(withEvenConnections(uneven), { workers: 4 });
  expect(whatIf(uneven, { workers: 4 }).gain.value).toBeCloseTo(even.gain.value, 9);
});

test.each([
  { name: 'connections spread evenly where they are', demands: starlette, change: { evenConnections: true as const } },
  { name: 'a pool where there is none', demands: django, change: { pool: 40 } },
  { name: 'kept connections where they are kept', demands: axum, change: { keepConnections: true as const } },
  { name: 'a negative round trip', demands: axum, change: { rttMs: -1 } },
  { name: 'half a connection', demands: axum, change: { connections: 0.5 } },
  { name: 'not a number', demands: axum, change: { roundTrips: Number.NaN } },
])('what if $name is refused', ({ demands, change }) => {
  expect(() => whatIf(demands, change)).toThrow(expect.objectContaining({ code: 'explain.invalid' }));
});

test('advice is ranked by gain, leaves out what does not help, and says where more of it stops helping', () => {
  const advice = advise(axum);
  const gains = advice.map(({ effect }) => effect.gain.value);
  expect(gains).toEqual([...gains].sort((a, b) => b - a));
  expect(Math.min(...gains)).toBeGreaterThan(1.01);
  const pool = advice.find(({ what }) => what === 'a larger pool')!;
  // 25 requests are let in; 28 is the first step of the ladder that holds them all.
  expect(pool.stops.change.pool).toBeGreaterThanOrEqual(24);
  expect(pool.stops.change.pool).toBeLessThanOrEqual(30);
  expect(pool.stops.bottleneck).toEqual(['proxy maxconn']);
});

test('the round trips that the ledger would save are the step that is taken', () => {
  const fewer = advise(axum, { roundTrips: 9 }).find(({ what }) => what === 'fewer round trips')!;
  expect(fewer.effect.change).toEqual({ roundTrips: 9 });
});

test('what Django is told first: nearer, kept connections, more workers', () => {
  expect(
    advise(django)
      .slice(0, 3)
      .map(({ what }) => what),
  ).toEqual(['a nearer database', 'connections kept between requests', 'more workers']);
});
