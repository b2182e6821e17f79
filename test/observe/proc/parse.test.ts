import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseAuxv, parseIo, parsePssBytes, parseSchedstat, parseStat } from '../../../src/observe/proc/parse.ts';

const statLine = (name: string): string =>
  `4242 (${name}) S 17 4242 4000 34816 4242 4194304 104 0 0 0 150 25 7 3 20 0 9 0 47827 3133440 383 184467 1 2 3`;

describe('parseStat', () => {
  test('reads the thread group from the fields of proc(5)', () => {
    expect(parseStat(statLine('postgres'))).toEqual({
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
        expect(parseStat(statLine(name))).toMatchObject({ name, parentPid: 17, ownTicks: 175 });
      }),
    );
  });

  test('anything else is not a stat, and does not throw', () => {
    fc.assert(fc.property(fc.string(), (text) => void parseStat(text)));
    expect(parseStat('')).toBeUndefined();
    expect(parseStat('1 (init) S 0')).toBeUndefined();
  });
});

test('the other files of a process are read, and what is missing is undefined', () => {
  expect(parseSchedstat('656613 6119669 3\n')).toEqual({ runNs: 656613, queueNs: 6119669 });
  expect(parseSchedstat('')).toBeUndefined();
  expect(
    parsePssBytes('00400000-7fff ---p 0 00:00 0 [rollup]\nRss:  1752 kB\nPss:   266 kB\nPss_Dirty: 112 kB\n'),
  ).toBe(266 * 1024);
  expect(parsePssBytes('')).toBeUndefined();
  expect(parseIo('rchar: 1\nwchar: 2\nsyscr: 3\nsyscw: 4\nread_bytes: 5\nwrite_bytes: 6\n')).toEqual({
    readCount: 3,
    writeCount: 4,
    readBytes: 5,
    writeBytes: 6,
  });
  expect(parseIo('rchar: 1\n')).toBeUndefined();
});

test('page size and clock ticks come from the auxiliary vector', () => {
  const auxv = Buffer.alloc(48);
  [6n, 65536n, 17n, 250n, 0n, 0n].forEach((value, index) => {
    auxv.writeBigUInt64LE(value, index * 8);
  });
  expect(parseAuxv(auxv)).toEqual({ pageBytes: 65536, ticksPerSecond: 250 });
});
