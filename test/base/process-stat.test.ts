import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseProcessStat } from '../../src/base/index.ts';

const statLine = (name: string): string =>
  `4242 (${name}) S 17 4242 4000 34816 4242 4194304 104 0 0 0 150 25 7 3 20 0 9 0 47827 3133440 383 184467 1 2 3`;
const shortLine = (name: string): string =>
  `4242 (${name}) S 1 4240 4240 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 1 0 987654 1000 2000 18446744073709551615`;

test('a line of /proc/PID/stat gives the thread group by the fields of proc(5)', () => {
  expect(parseProcessStat(statLine('postgres'))).toEqual({
    pid: 4242,
    name: 'postgres',
    state: 'S',
    parentPid: 17,
    groupId: 4242,
    sessionId: 4000,
    ownTicks: 175,
    reapedTicks: 10,
    threads: 9,
    startTicks: 47827,
    virtualBytes: 3133440,
    residentPages: 383,
  });
});

test('a name with spaces and parentheses moves no field', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 15 }), (name) => {
      expect(parseProcessStat(statLine(name))).toMatchObject({ name, parentPid: 17, ownTicks: 175 });
      expect(parseProcessStat(shortLine(name))).toMatchObject({
        pid: 4242,
        name,
        parentPid: 1,
        groupId: 4240,
        state: 'S',
        startTicks: 987_654,
      });
    }),
  );
  expect(parseProcessStat(shortLine(') R 1 1 ('))).toMatchObject({ groupId: 4240 });
});

test('a line that is none gives nothing, and does not throw', () => {
  fc.assert(fc.property(fc.string(), (text) => parseProcessStat(text) === undefined || text.includes('(')));
  expect(parseProcessStat('')).toBeUndefined();
  expect(parseProcessStat('1 (init) S 0')).toBeUndefined();
  expect(parseProcessStat(statLine('postgres').replace('47827', 'x'))).toBeUndefined();
});
