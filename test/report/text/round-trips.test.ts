import { expect, test } from 'vitest';
import { formatRoundTrips } from '../../../src/report/text/round-trips.ts';

const calibration = { roundTrips: 10.5 } as Parameters<typeof formatRoundTrips>[0] & object;

test('round trips are a number, at least that number where requests were pipelined, and a dash where nobody counted', () => {
  expect(formatRoundTrips(calibration)).toBe('10.5');
  expect(formatRoundTrips({ ...calibration, overlapped: 0 })).toBe('10.5');
  expect(formatRoundTrips({ ...calibration, overlapped: 0.04 })).toBe('at least 10.5');
  expect(formatRoundTrips(undefined)).toBe('-');
});
