import { expect, test } from 'vitest';
import { buildLiveMessage } from '../../../src/cli/web/live-messages.ts';
import type { RaceEvent } from '../../../src/race/index.ts';
import { afterMessage, emptyLiveState } from '../../../src/report/index.ts';

type Round = Extract<RaceEvent, { kind: 'round-kept' }>['round'];

const round = (block: number): Round => ({
  block,
  position: 1,
  attempt: 1,
  startedAt: '2026-11-24T12:00:00.000Z',
  outcome: 'measured',
  requestsPerSecond: 300,
});

test('a round that was played before a race was resumed stands in the grid as one that is played now', () => {
  const kept = buildLiveMessage({ kind: 'round-kept', candidate: 'axum', round: round(1) })!;
  const ended = buildLiveMessage({ kind: 'round-ended', candidate: 'axum', round: round(2) })!;
  const { cells, played } = [kept, ended].reduce(afterMessage, emptyLiveState(3));
  expect(played).toBe(2);
  expect(cells).toEqual([
    { candidate: 'axum', block: 1, outcome: 'measured', requestsPerSecond: 300, remarks: [] },
    { candidate: 'axum', block: 2, outcome: 'measured', requestsPerSecond: 300, remarks: [] },
  ]);
});
