import { expect, test } from 'vitest';
import { groupMembers, isAlive, readProcessStat } from '../../../src/agent/processes/process-table.ts';

test('a process is told from a later one with the same number by its start', () => {
  const self = readProcessStat(process.pid)!;
  expect(isAlive(self)).toBe(true);
  expect(isAlive({ pid: self.pid, startTicks: self.startTicks + 1 })).toBe(false);
  expect(groupMembers(self.groupId).map(({ pid }) => pid)).toContain(process.pid);
});
