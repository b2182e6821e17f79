import { expect, test } from 'vitest';
import { advise, type Demands, exactly, predict, whatIf } from '../../src/explain/index.ts';
import { createRandom } from '../../src/stats/index.ts';
import { axum, django, starlette } from './seed.ts';

const races: readonly {
  readonly name: string;
  readonly demands: Demands;
  readonly measuredPerSecond: number;
  readonly measuredLatencyMs: number;
  readonly bottleneck: string;
  readonly evidence: RegExp;
}[] = [
  {
    name: 'axum',
    demands: axum,
    measuredPerSecond: 267,
    measuredLatencyMs: 187,
    bottleneck: 'pool',
    evidence:
      /^Pool connections bind: each of the 20 .*20 round trips x 3\.7 ms = 74 ms.*busiest CPU \(server CPU\) is 19 % in use/,
  },
  {
    name: 'starlette',
    demands: starlette,
    measuredPerSecond: 495,
    measuredLatencyMs: 100.9,
    bottleneck: 'pool',
    evidence: /^Pool connections bind: each of the 20 .*10 round trips x 3\.7 ms = 37 ms/,
  },
  {
    name: 'django',
    demands: django,
    measuredPerSecond: 58.3,
    measuredLatencyMs: 851,
    bottleneck: 'workers',
    evidence: /^Workers bind: each of the 5 .*16 round trips x 3\.7 ms = 59\.2 ms, connection set-up 15 ms/,
  },
];

test.each(races)("the seed's $name at $measuredPerSecond requests/s comes out within 15 %, with its reason", (race) => {
  const simulated = predict(race.demands, { random: createRandom(1), requests: 10_000 });
  for (const prediction of [predict(race.demands), simulated]) {
    expect(Math.abs(prediction.requestsPerSecond.value / race.measuredPerSecond - 1)).toBeLessThan(0.15);
    expect(Math.abs(prediction.latencyMs.value / race.measuredLatencyMs - 1)).toBeLessThan(0.15);
    expect(prediction.requestsPerSecond.low).toBeLessThan(prediction.requestsPerSecond.value);
    expect(prediction.requestsPerSecond.high).toBeGreaterThan(prediction.requestsPerSecond.value);
    expect(prediction.bottleneck).toMatchObject({
      kind: 'binds',
      resource: race.bottleneck,
      dominant: 'database link',
    });
    expect(prediction.bottleneck.evidence).toMatch(race.evidence);
  }
});

test('"changing maxconn did not affect anything" is what the model says too', () => {
  for (const { demands } of races) {
    expect(Math.abs(whatIf(demands, { maxconn: 50 }).gain.value - 1)).toBeLessThan(0.05);
    expect(whatIf(demands, { cores: 4 }).gain.value).toBeLessThan(1.01);
  }
});

test("the author's guess, more CPU for Tokio, gives nothing; fewer round trips double it", () => {
  const what = advise(axum).map((advice) => advice.what);
  expect(what).not.toContain('more cores');
  expect(what.slice(0, 2).sort()).toEqual(['a nearer database', 'fewer round trips']);
  expect(whatIf(axum, { roundTrips: 9 }).gain.value).toBeGreaterThan(2);
});

test('beside the database the order would be another one: CPU decides, and axum needs least', () => {
  const at = (demands: Demands): number => whatIf(demands, { rttMs: 0.05 }).requestsPerSecond.value;
  expect(at(axum)).toBeGreaterThan(at(starlette));
  expect(at(starlette)).toBeGreaterThan(at(django));
});

test('what connecting costs Django was assumed: from 9 to 25 ms the rate is within 15 %, and workers bind in all of them', () => {
  const at = (ms: number) => {
    const { connect, ...database } = django.database;
    return predict({ ...django, database: { ...database, connect: { ...connect!, ms: exactly(ms) } } });
  };
  for (const ms of [9, 15, 20, 25]) {
    const { requestsPerSecond, bottleneck } = at(ms);
    expect(Math.abs(requestsPerSecond.value / 58.3 - 1)).toBeLessThan(0.15);
    expect(bottleneck).toMatchObject({ kind: 'binds', resource: 'workers' });
  }
  expect(at(5).requestsPerSecond.value / 58.3 - 1).toBeCloseTo(0.21, 2);
});
