import { expect, test } from 'vitest';
import type { RaceFacts } from '../../../src/explain/index.ts';
import { readAsked } from '../../../src/explain/predict/asked.ts';

type Candidate = RaceFacts['candidates'][number];
type Waterfall = NonNullable<NonNullable<Candidate['calibration']>['waterfall']>;

const candidate = (waterfall: Waterfall | undefined, auth = 0): Candidate => ({
  name: 'a',
  language: 'rust',
  settings: {},
  rounds: [],
  calibration: {
    roundTrips: 9,
    connectRoundTrips: { tcp: 0, tls: 0, auth },
    serverMs: 5,
    streamMs: 0,
    underLoad: { roundTrips: 8.5 },
    ...(waterfall === undefined ? {} : { waterfall }),
  },
});

test('what a request asks for is read off the messages that the calibration kept of one', () => {
  const pipelined = [
    { up: 'PDS', down: '1tTZ' },
    { up: 'BESBES', down: '2DCZ2DCZ' },
    { up: 'Q', down: 'TDCZ' },
  ];
  expect(readAsked(candidate(pipelined))).toEqual({ turns: 8.5, statements: 3, parses: 2, connects: false });
});

test('an empty query, as pools send it to test a connection, runs nothing', () => {
  expect(readAsked(candidate([{ up: 'Q', down: 'IZ' }]))).toMatchObject({ statements: 0, parses: 0 });
});

test('a login is a connection per request, and without messages nothing is known', () => {
  expect(readAsked(candidate([{ up: '>', down: 'R' }], 3))!.connects).toBe(true);
  expect(readAsked(candidate(undefined))).toBeUndefined();
});
