import { expect, test } from 'vitest';
import {
  parseAuxv,
  parseIo,
  parseProportion,
  parseResidentPages,
  parseSchedstat,
} from '../../../src/telemetry/processes/parse.ts';

test('the other files of a process are read, and what is missing is undefined', () => {
  expect(parseSchedstat('656613 6119669 3\n')).toEqual({ runNs: 656613, queueNs: 6119669 });
  expect(parseSchedstat('')).toBeUndefined();
  expect(
    parseProportion('00400000-7fff ---p 0 00:00 0 [rollup]\nRss:  1752 kB\nPss:   266 kB\nPss_Dirty: 112 kB\n'),
  ).toEqual({ residentBytes: 1752 * 1024, proportionalBytes: 266 * 1024 });
  expect(parseProportion('')).toBeUndefined();
  expect(parseResidentPages('2214 383 340 4 0 120 0\n')).toBe(383);
  expect(parseResidentPages('')).toBeUndefined();
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
