import { expect, test } from 'vitest';
import { between, type Demands, exactly, whatIf, withChange } from '../../../src/explain/index.ts';
import { axum, django } from '../seed.ts';

const farCpu = { pooler: exactly(3), database: exactly(4) };
const shared: Demands = {
  ...axum,
  cpuMs: { ...axum.cpuMs, ...farCpu },
  database: { ...axum.database, roundTrips: exactly(20), waitMs: exactly(10) },
  roundTripShare: { server: between(0.1, 0.5, 0.9), database: between(0.6, 0.8, 1) },
};

test('half the round trips take their share of CPU and waits with them', () => {
  const { cpuMs, database } = withChange(shared, { roundTrips: 10 });
  expect(cpuMs.pooler!.value).toBeCloseTo(3 * 0.6, 9);
  expect(cpuMs.database!.value).toBeCloseTo(4 * 0.6, 9);
  expect(database.waitMs.value).toBeCloseTo(10 * 0.6, 9);
  expect(cpuMs.server.value).toBeCloseTo(axum.cpuMs.server.value * 0.75, 9);
});

test('without shares all CPU stays, and a change of anything else leaves it alone', () => {
  const { roundTripShare: _, ...fixed } = shared;
  expect(withChange(fixed, { roundTrips: 10 }).cpuMs).toEqual(fixed.cpuMs);
  expect(withChange(shared, { rttMs: 1, pool: 40 }).cpuMs).toEqual(shared.cpuMs);
});

test('where CPU binds, fewer round trips help only as far as they take CPU with them', () => {
  const bound: Demands = {
    ...shared,
    database: { ...shared.database, linkMs: exactly(0) },
    hosts: [{ name: 'machine', cores: 1, components: ['server', 'pooler', 'database'] }],
  };
  const { roundTripShare: _, ...fixed } = bound;
  expect(whatIf(fixed, { roundTrips: 5 }).gain.value).toBeCloseTo(1, 2);
  const { gain } = whatIf(bound, { roundTrips: 5 });
  expect(gain.value).toBeGreaterThan(1.8);
  // Not knowing the shares is most of what the gain is unsure of.
  expect(gain.low).toBeLessThan(0.9 * gain.value);
  expect(gain.high).toBeGreaterThan(1.1 * gain.value);
});

test('connections that are kept take the CPU of their round trips with them too', () => {
  const kept = withChange({ ...django, roundTripShare: shared.roundTripShare! }, { keepConnections: true });
  expect(kept.cpuMs.server.value).toBeLessThan(django.cpuMs.server.value);
  expect(kept.database.connect).toBeUndefined();
});
