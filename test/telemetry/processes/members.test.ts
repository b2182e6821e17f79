import { expect, test } from 'vitest';
import { findMembers } from '../../../src/telemetry/processes/members.ts';

const kin = (pid: number, parentPid: number, groupId = pid, sessionId = pid) => ({
  pid,
  parentPid,
  groupId,
  sessionId,
});

test('descendants belong to their nearest target, whatever order they come in', () => {
  const known = new Map([
    [10, 0],
    [20, 1],
  ]);
  const found = findMembers([kin(22, 21), kin(21, 20), kin(11, 10), kin(20, 11), kin(30, 1), kin(31, 30)], known);
  expect([...found].sort()).toEqual([
    [11, 0],
    [21, 1],
    [22, 1],
  ]);
});

test('an orphan is found by its group or session, a sibling in a pipeline is not', () => {
  const known = new Map([[10, 0]]);
  expect([
    ...findMembers([kin(40, 1, 10, 5), kin(41, 1, 41, 10), kin(42, 9, 10, 5), kin(9, 1, 9, 5)], known).keys(),
  ]).toEqual([40, 41]);
});
