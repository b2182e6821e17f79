import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatDurationMs, parseDurationMs } from '../../src/plan/index.ts';

test.each([
  ['300ms', 300],
  ['5s', 5_000],
  ['1.5m', 90_000],
  ['1h', 3_600_000],
])('%s is %d milliseconds', (text, expectedMs) => expect(parseDurationMs(text)).toBe(expectedMs));

test.each(['', '5', 's', '5 s', '-5s', '5sec', '1e3s', '.5s'])('%j is no duration', (text) =>
  expect(parseDurationMs(text)).toBeUndefined(),
);

test('what is formatted reads back as the same', () => {
  fc.assert(fc.property(fc.nat(), (durationMs) => parseDurationMs(formatDurationMs(durationMs)) === durationMs));
});
