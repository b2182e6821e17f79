import { describe, expect, test } from 'vitest';
import { assembleResult, type CandidateFacts } from '../../src/result/index.ts';
import { candidateRecord, raceRecord, roundRecord } from '../support/records.ts';

const calibration = (changes: object): NonNullable<CandidateFacts['calibration']> => ({
  requests: 100,
  roundTrips: 20,
  readyForQuery: 28,
  statements: 10,
  prepares: 9,
  connects: 0,
  bytesUp: 3_000,
  bytesDown: 4_500,
  stable: 1,
  connectRoundTrips: { tcp: 0, tls: 0, auth: 0 },
  afterResponse: 1,
  idlePerSecond: 0,
  latencyMs: 11,
  serverMs: 5,
  streamMs: 0.2,
  underLoad: { requests: 200, roundTrips: 19.2 },
  statementTexts: [],
  waterfall: [],
  ...changes,
});

const ledgerGates = (expectedRoundTrips: number, changes: object = {}) =>
  assembleResult([
    raceRecord(),
    { ...candidateRecord('axum'), expectedRoundTrips, calibration: calibration(changes) },
    roundRecord('axum', 1, 267),
  ]).gates.filter(({ name }) => name === 'ledger');

describe('the ledger is held', () => {
  test('against what candidate.yaml expects', () => {
    expect(ledgerGates(20)).toEqual([]);
    expect(ledgerGates(10)).toMatchObject([
      {
        ok: false,
        effect: 'warns',
        value: 20,
        limit: 10,
        reason: expect.stringContaining('its candidate.yaml expects 10'),
      },
    ]);
  });

  test('against itself: requests that cost unlike numbers of round trips are no count', () => {
    expect(ledgerGates(20, { stable: 0.8 })).toMatchObject([{ value: 0.8, reason: expect.stringContaining('80 %') }]);
  });

  test('against the count under load', () => {
    expect(ledgerGates(20, { underLoad: { requests: 200, roundTrips: 25 } })).toMatchObject([
      { value: 0.25, reason: expect.stringContaining('under load') },
    ]);
  });
});
