import { expect, test } from 'vitest';
import { countStatementRoundTrips } from '../../../src/race/calibration/statement-round-trips.ts';

const messageGroup = (up: string) => ({
  connection: 1,
  up,
  down: '',
  startNs: 0,
  gapNs: undefined,
  serverNs: 0,
  streamNs: 0,
  statement: 'key' as string | undefined,
});

test.each([
  ['PDS', 'preparing'],
  ['PDH', 'preparing'],
  ['BES', 'alone'],
  ['PBDES', 'alone'],
  ['Q', 'alone'],
  ['CSBES', 'alone'],
  ['BEBES', 'shared'],
  ['PBEPBDES', 'shared'],
  ['QBES', 'shared'],
  ['Q+', 'shared'],
  ['BEBEBEBEBEBEBEBEBEBEBEBEBEBEBEBEBEBEBEBE', 'shared'],
])('a round trip of %s is %s', (up, use) => {
  expect(countStatementRoundTrips([messageGroup(up), messageGroup(up)]).get('key')).toEqual({
    preparing: 0,
    alone: 0,
    shared: 0,
    [use]: 2,
  });
});

test.each(['S', 'CS', 'ES', '>', 'p', '~', 'QPDS'])('a round trip of %s is no statement’s', (up) => {
  expect(countStatementRoundTrips([messageGroup(up)]).size).toBe(0);
});

test('what begins with no statement is left out', () => {
  expect(countStatementRoundTrips([{ ...messageGroup('BES'), statement: undefined }]).size).toBe(0);
});
