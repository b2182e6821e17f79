import { expect, test } from 'vitest';
import { askedOf } from '../../src/explain/asked.ts';
import type { RaceFacts } from '../../src/explain/index.ts';

type Candidate = RaceFacts['candidates'][number];
type Waterfall = NonNullable<NonNullable<Candidate['calibration']>['waterfall']>;

const candidate = (waterfall: Waterfall | undefined, auth = 0): Candidate => ({
  name: 'a',
  language: 'rust',
  settings: {},
  rounds: [],
  calibration: {
    turnarounds: 9,
    connectTurnarounds: { tcp: 0, tls: 0, auth },
    serverMs: 5,
    streamMs: 0,
    underLoad: { turnarounds: 8.5 },
    ...(waterfall === undefined ? {} : { waterfall }),
  },
});

test('what a request asks for is read off the messages that the calibration kept of one', () => {
  const pipelined = [
    { up: 'PDS', down: '1tTZ' },
    { up: 'BESBES', down: '2DCZ2DCZ' },
    { up: 'Q', down: 'TDCZ' },
  ];
  expect(askedOf(candidate(pipelined))).toEqual({ turns: 8.5, statements: 3, parses: 2, connects: false });
});

test('an empty query, as pools send it to test a connection, runs nothing', () => {
  expect(askedOf(candidate([{ up: 'Q', down: 'IZ' }]))).toMatchObject({ statements: 0, parses: 0 });
});

test('a login is a connection a request, and without messages nothing is known', () => {
  expect(askedOf(candidate([{ up: '>', down: 'R' }], 3))!.connects).toBe(true);
  expect(askedOf(candidate(undefined))).toBeUndefined();
});
