import { expect, test } from 'vitest';
import { type Check, checkedWhatIf, exactly, findModelError, readSetting, whatIf } from '../../../src/explain/index.ts';
import { axum, django } from '../seed.ts';

const checkAt = (change: { rttMs?: number; connections?: number }, predicted: number, measured: number): Check => ({
  setting: { ...readSetting(axum), ...change },
  predictedPerSecond: predicted,
  measuredPerSecond: exactly(measured),
});
const checks = [
  checkAt({ rttMs: 1 }, 850, 800),
  checkAt({ rttMs: 2, connections: 10 }, 200, 205),
  checkAt({ rttMs: 8 }, 124, 120),
];

test("the model's error is the middle and the worst of its checks", () => {
  const error = findModelError(checks)!;
  expect(error.checks).toBe(3);
  expect(error.median).toBeCloseTo(124 / 120 - 1, 9);
  expect(error.worst).toBeCloseTo(850 / 800 - 1, 9);
  expect(findModelError([])).toBeUndefined();
});

test('within what was checked the what-if comes with that error', () => {
  const answer = checkedWhatIf(axum, { rttMs: 4 }, checks);
  expect(answer).toEqual({ kind: 'predicted', whatIf: whatIf(axum, { rttMs: 4 }), error: findModelError(checks) });
});

test.each([
  { name: 'nothing was checked', change: { rttMs: 4 }, checks: [], reason: /not checked on any setting/ },
  {
    name: 'the checks went badly',
    change: { rttMs: 4 },
    checks: [checkAt({}, 400, 250)],
    reason: /wrong by up to 60 %/,
  },
  {
    name: 'it goes far beyond',
    change: { rttMs: 100 },
    checks,
    reason: /a round trip of 100 ms is beyond what the model was checked for \(1 to 8/,
  },
  { name: 'a pool was never varied', change: { pool: 80 }, checks, reason: /a pool of 80 in all is beyond/ },
])('it is withheld where $name', ({ change, checks: made, reason }) => {
  const answer = checkedWhatIf(axum, change, made);
  expect(answer.kind).toBe('withheld');
  if (answer.kind === 'withheld') expect(answer.reason).toMatch(reason);
});

test('a candidate without a pool has none in its setting', () => {
  expect(readSetting(django)).toEqual({
    rttMs: 3.7,
    roundTrips: 16,
    connections: 50,
    workers: 5,
    maxconn: 25,
    cores: 2,
  });
});
