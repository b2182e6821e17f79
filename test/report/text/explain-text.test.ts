import { expect, test } from 'vitest';
import { adviseCandidate, askCandidate, explainRace, type WhatIfChange } from '../../../src/explain/index.ts';
import { formatExplanations } from '../../../src/report/index.ts';
import { axumOfRace, raceFactsOf, roundOf } from '../../support/race-facts.ts';
import { toldRace } from '../../support/told-race.ts';

const writeText = (race: Parameters<typeof explainRace>[0], name: string): string => {
  const { explanations, missing } = explainRace(race);
  return formatExplanations(
    explanations.filter(({ candidate }) => candidate === name).map((explained) => ({ explained })),
    missing,
  );
};

const asked = (change: WhatIfChange): string => {
  const explained = explainRace(toldRace()).explanations.find(({ candidate }) => candidate === 'axum-bb8')!;
  return formatExplanations([{ explained, change, answer: askCandidate(explained, change) }]);
};

test('a full pool around idle CPU is said in one sentence, with the numbers that make it true', () => {
  const text = writeText(toldRace(), 'axum-bb8');
  expect(text.split('\n').slice(0, 6)).toMatchInlineSnapshot(`
    [
      "axum-bb8",
      "  Idle CPU, because 20 pool connections each wait 20 times 3.7 ms.",
      "  Pool connections bind: each of the 20 is kept for 81.8 ms per request (20 round trips x 3.7 ms = 74 ms, wake-ups to the database 3.35 ms, database wait 3.06 ms, machine CPU 1.34 ms), so at most 20 / 81.8 ms = 244 requests/s; 100 % of them are in use and 5.0 requests wait for one, while the busiest CPU (machine CPU) is 19 % in use.",
      "  rate         measured 267 [265, 268] requests/s, model 244 [244, 255] (-8 %)",
      "  latency      measured 187 [186, 189] ms, model 205 [196, 205] ms (+9 %)",
      "  a request    20 round trips to the database, of 3.7 ms",
    ]
  `);
  expect(text).toMatch(/in use {7}pool 100 % of 20/);
  expect(text).toMatch(/checked {6}at this setting alone: off by \d %/);
});

test('workers are named as what they are', () => {
  expect(writeText(toldRace(), 'django-psycopg')).toContain('Idle CPU, because 5 workers each wait 16 times 3.7 ms.');
});

test('a rate that the demands do not give is not explained, and what the model would say is marked', () => {
  const text = writeText(raceFactsOf(axumOfRace({}, roundOf(100, 3.8))), 'axum');
  expect(text).toMatch(
    /\n {2}Not explained: the demands give \d+ requests\/s, measured were 100: each request keeps pool/,
  );
  expect(text).toContain('\n  If the model were right: Pool connections bind');
});

test('a machine full of others is said first, and is no check of the model', () => {
  const busy = { ...roundOf(150, 0), telemetry: { machine: { busyRatio: 1 } } };
  const text = writeText(raceFactsOf(axumOfRace({}, busy)), 'axum');
  expect(text).toContain('Full CPU (machine CPU), of which others took 3.28 of 4 cores.');
  expect(text).toContain('seen         100 % of the machine busy');
  expect(text).toContain('checked      nowhere');
});

test('what could not be explained is listed with the reason', () => {
  expect(writeText(raceFactsOf(axumOfRace({ calibration: undefined })), 'axum')).toBe(
    'axum\n  cannot be explained: axum was not calibrated: its round trips are unknown\n',
  );
});

test('a what-if has its rate, its gain, its latency, the next limit and the error of the model', () => {
  const text = asked({ rttMs: 2.5 });
  expect(text).toMatch(
    /what if {6}a round trip of 2.5 ms: \d+ \[\d+, \d+\] requests\/s \(x 1\.\d+ \[.*\]\), mean latency/,
  );
  expect(text).toMatch(/then limited by pool\n/);
  expect(text).toMatch(/the model itself was off by up to \d % where it was checked/);
});

test('a what-if beyond the checks is withheld, with the sweep that would check it', () => {
  const text = asked({ rttMs: 0.5, maxconn: 50 });
  expect(text).toContain(
    'a round trip of 0.5 ms, maxconn 50: withheld, a round trip of 0.5 ms is beyond what the model was checked for',
  );
  expect(text).toContain('race it there to know: `sweep` with links.server-database, proxy.maxconn in the plan');
});

test('a pool beyond a pooler of sessions comes with a warning', () => {
  expect(asked({ pool: 40 })).toContain('the pooler has 25 connections, each for a whole session');
  expect(asked({ pool: 25 })).not.toContain('each for a whole session');
});

test('advice is one line a change, then one a habit with the driver’s own setting', () => {
  const race = raceFactsOf(axumOfRace({}, roundOf(230, 3.8)));
  const [explained] = explainRace(race).explanations;
  const text = formatExplanations([{ explained: explained!, advice: adviseCandidate(race, explained!) }]);
  expect(text).toMatch(
    /advice {7}\S.*: x 1\.\d.*requests\/s, then limited by .*; each one less helps, down to 1 \(unchecked so far out\)$/m,
  );
  expect(text).toMatch(/on the wire {2}10 round trips: 9 statements per request are prepared anew/);
  expect(text).toContain('Do not test a connection each time it is taken: `Pool::builder().test_on_check_out(false)`.');
  expect(text).toContain('without these habits a request takes 9 round trips');
});

test('advice that is withheld for one reason says it once', () => {
  const race = raceFactsOf(axumOfRace({}, roundOf(100, 3.8)));
  const [explained] = explainRace(race).explanations;
  const text = formatExplanations([{ explained: explained!, advice: adviseCandidate(race, explained!) }]);
  expect(text.match(/withheld/g)).toHaveLength(1);
});

test('names from outside cannot move the cursor', () => {
  const text = writeText(raceFactsOf(axumOfRace({ name: 'ax\u001b[2Jum', rounds: [] })), '');
  expect(text).not.toContain('\u001b');
});
