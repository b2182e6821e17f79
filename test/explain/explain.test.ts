import { expect, test } from 'vitest';
import { between, exactly, explain } from '../../src/explain/index.ts';
import { axum, django } from './seed.ts';

test('a rate that the demands give is explained, with its error', () => {
  const explanation = explain(axum, { requestsPerSecond: between(260, 267, 274) });
  expect(explanation).toMatchObject({ kind: 'explained', candidate: 'axum' });
  expect(Math.abs(explanation.rateError)).toBeLessThan(0.02);
  expect(explanation.prediction.bottleneck).toMatchObject({ resource: 'pool' });
});

test('a rate that they do not give is not explained: the missing time is said instead', () => {
  // Round trips and own CPU of the seed's Django, without what connecting costs at the database side.
  const { connect: _, ...database } = django.database;
  const explanation = explain({ ...django, database }, { requestsPerSecond: between(57.5, 58.3, 59) });
  expect(explanation.kind).toBe('unexplained');
  if (explanation.kind === 'unexplained') {
    // 5 workers / 58.3 = 85.8 ms, less 16 x 3.7 and 6.35 ms.
    expect(explanation.missingMs).toBeCloseTo(85.8 - 59.2 - 6.35, 0);
    expect(explanation.why).toBe(
      'the demands give 76 requests/s, measured were 58: each request keeps workers 20 ms more than they account for',
    );
  }
});

test('rounds that scatter are not contradicted, and rounds that scatter widely confirm nothing', () => {
  expect(explain(axum, { requestsPerSecond: between(180, 220, 264) }).kind).toBe('explained');
  const wide = explain(axum, { requestsPerSecond: between(60, 200, 340) });
  expect(wide.kind).toBe('cant-tell');
  if (wide.kind === 'cant-tell') expect(wide.why).toMatch(/between 60 and 340 requests\/s: too far apart/);
});

test('more throughput than the demands allow means that they hold too much', () => {
  const explanation = explain(axum, { requestsPerSecond: exactly(400) });
  expect(explanation.kind).toBe('unexplained');
  if (explanation.kind === 'unexplained') expect(explanation.missingMs).toBeLessThan(0);
});
