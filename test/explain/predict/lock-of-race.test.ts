import { expect, test } from 'vitest';
import { explainRace } from '../../../src/explain/index.ts';
import { axumOfRace, raceFactsOf, roundOf } from '../../support/race-facts.ts';

/** A race at 60 requests per second in which so many sessions waited for a row. */
const lockedRace = (waiting: number) => {
  const round = roundOf(60, 0.5);
  const telemetry = {
    ...round.telemetry,
    database: { 'active Lock/transactionid': waiting, 'active CPU': 1, idle: 19 - waiting },
  };
  return raceFactsOf(axumOfRace({}, { ...round, telemetry }));
};

test('sessions that wait for a lock name the lock, and the rate says how long each keeps it', () => {
  const [explained] = explainRace(lockedRace(12)).explanations;
  expect(explained!.bottleneck).toBe('database lock');
  expect(explained!.demands.database.lockMs!.high).toBeCloseTo(1000 / 60, 9);
  expect(explained!.evidence).toMatch(
    /^Database lock binds: each request is in it for 15.\d ms and one gets in at a time/,
  );
  expect(explained!.seen).toContainEqual(
    expect.objectContaining({ what: 'sessions waiting for a lock in the database', seen: 12 }),
  );
});

test('a section that was found from the rate is no check of the rate', () => {
  const [explained] = explainRace(lockedRace(12)).explanations;
  expect(explained!.checks).toEqual([]);
  expect(explained!.demands.unseen.map(({ what }) => what)).toContain(
    'how long a request keeps others out of the database',
  );
});

test('a session that waits for a lock now and then explains nothing', () => {
  const [explained] = explainRace(lockedRace(0.3)).explanations;
  expect(explained!.demands.database.lockMs).toBeUndefined();
  expect(explained!.bottleneck).toBe('can’t tell');
});
