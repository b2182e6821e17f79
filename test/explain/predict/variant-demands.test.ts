import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Demands, exactly } from '../../../src/explain/index.ts';
import {
  assumed,
  predictVariantDemands,
  readDatabaseSide,
  type VariantFacts,
} from '../../../src/explain/predict/variant-demands.ts';
import { axum } from '../seed.ts';

/** Everything on one machine of two cores, so that CPU limits what round trips do not. */
const original: Demands = {
  ...axum,
  database: { linkMs: exactly(0.1), roundTrips: exactly(20), waitMs: exactly(1) },
  cpuMs: {
    server: exactly(0.9),
    client: exactly(0.14),
    proxy: exactly(0.6),
    pooler: exactly(2.2),
    database: exactly(3),
  },
  roundTripShare: { server: exactly(0.8), database: exactly(0.8) },
  hosts: [{ name: 'machine', cores: 2, components: ['client', 'proxy', 'server', 'pooler', 'database'] }],
};
const asks = { turns: 20, statements: 9, parses: 9, connects: false };
const facts: VariantFacts = {
  from: asks,
  to: asks,
  perSecond: 290,
  databaseSide: { poolerTurnMs: 0.045 },
  by: assumed,
};
const keeping = (roundTrips: number) => ({ roundTrips: exactly(roundTrips) });

test('a variant that asks the same, at the same rate, has the demands of its original', () => {
  const { cpuMs } = predictVariantDemands(original, keeping(20), facts);
  for (const [component, { value }] of Object.entries(original.cpuMs)) {
    // The model's own rate is not quite the one given, and relays go with it.
    expect(cpuMs[component as keyof typeof cpuMs]!.value / value, component).toBeCloseTo(1, 1);
  }
});

test('statements that are parsed once save the database their parsing, round trips the rest', () => {
  const parsedOnce = predictVariantDemands(original, keeping(20), { ...facts, to: { ...asks, parses: 0 } });
  expect(parsedOnce.cpuMs.database!.value).toBeCloseTo(3 - 9 * 2.4 * 0.045, 9);
  expect(parsedOnce.cpuMs.server.value).toBeCloseTo(0.9, 9);
  const few = predictVariantDemands(original, keeping(3), { ...facts, to: { ...asks, turns: 3, parses: 0 } });
  expect(few.cpuMs.database!.value).toBeCloseTo(3 - (9 * 2.4 + 17 * 1.65) * 0.045, 9);
});

test('what passes messages on takes less of each request at a higher rate', () => {
  const few = predictVariantDemands(original, keeping(3), { ...facts, to: { ...asks, turns: 3, parses: 0 } });
  expect(few.cpuMs.client!.value).toBeLessThan(0.6 * 0.14);
  expect(few.cpuMs.proxy!.value).toBeLessThan(0.6 * 0.6);
});

test('where the original connects for each request, others tell what passing on costs', () => {
  const connecting = { ...facts, from: { ...asks, turns: 15, connects: true } };
  const alone = predictVariantDemands(original, keeping(3), { ...connecting, to: { ...asks, turns: 3 } });
  const databaseSide = { ...facts.databaseSide, atOne: { client: 3.6, proxy: 17, pooler: 4 } };
  const among = predictVariantDemands(original, keeping(3), { ...connecting, to: { ...asks, turns: 3 }, databaseSide });
  expect(among.cpuMs.pooler!.value).toBeLessThan(alone.cpuMs.pooler!.value);
});

test('fewer round trips never make the demands of a variant larger, and no CPU vanishes', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 0, max: 9 }), (turns, parses) => {
      const { cpuMs } = predictVariantDemands(original, keeping(turns), { ...facts, to: { ...asks, turns, parses } });
      for (const [component, { value }] of Object.entries(original.cpuMs)) {
        const variant = cpuMs[component as keyof typeof cpuMs]!.value;
        expect(variant, component).toBeGreaterThan(0);
        expect(variant, component).toBeLessThan(1.05 * value);
      }
    }),
    { numRuns: 60 },
  );
});

test('the database side is measured on candidates that are no variants and keep their connections', () => {
  const candidate = { name: 'a', language: 'rust', settings: {}, rounds: [] };
  expect(readDatabaseSide({ plan: { connections: 50 }, environment: { cores: 2 }, candidates: [candidate] })).toEqual({
    atOne: {},
  });
});
