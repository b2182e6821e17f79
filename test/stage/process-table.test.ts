import fc from 'fast-check';
import { expect, test } from 'vitest';
import { groupMembers, isAlive, parseProcessStat, readProcessStat } from '../../src/stage/process-table.ts';

const statLine = (command: string): string =>
  `4242 (${command}) S 1 4240 4240 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 1 0 987654 1000 2000 18446744073709551615`;

test('a line of /proc/PID/stat is read whatever the command is called', () => {
  fc.assert(
    fc.property(
      fc.string({ maxLength: 15 }).filter((name) => !name.includes('\n')),
      (command) => {
        expect(parseProcessStat(statLine(command))).toEqual({
          pid: 4242,
          parentPid: 1,
          groupId: 4240,
          state: 'S',
          startTicks: 987_654,
        });
      },
    ),
  );
  expect(parseProcessStat(statLine(') R 1 1 ('))).toMatchObject({ groupId: 4240 });
});

test('a line that is none gives nothing', () => {
  fc.assert(fc.property(fc.string(), (text) => parseProcessStat(text) === undefined || text.includes('(')));
  expect(parseProcessStat('')).toBeUndefined();
});

test('a process is told from a later one with the same number by its start', () => {
  const self = readProcessStat(process.pid)!;
  expect(isAlive(self)).toBe(true);
  expect(isAlive({ pid: self.pid, startTicks: self.startTicks + 1 })).toBe(false);
  expect(groupMembers(self.groupId).map(({ pid }) => pid)).toContain(process.pid);
});
