import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { makeFolders, readRegularFile } from '../../src/files/index.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'files-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('any content up to the limit is read as it is, and not a byte more', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 9_000 }), (bytes) => {
      const file = join(folder, 'file');
      writeFileSync(file, bytes);
      expect(readRegularFile(file, bytes.length).equals(bytes)).toBe(true);
      if (bytes.length > 0) expect(() => readRegularFile(file, bytes.length - 1)).toThrow('is longer than');
    }),
    { numRuns: 50 },
  );
});

test('a file of /proc, which has no size, is read, and bounded too', () => {
  expect(readRegularFile('/proc/self/status', 2 ** 20).toString()).toContain('Pid:');
  expect(() => readRegularFile('/proc/self/status', 10)).toThrow('is longer than');
});

test('what is no regular file is refused at once', () => {
  const pipe = join(folder, 'pipe');
  execFileSync('mkfifo', [pipe]);
  symlinkSync('/dev/zero', join(folder, 'zero'));
  for (const path of [pipe, join(folder, 'zero'), folder]) {
    expect(() => readRegularFile(path, 100)).toThrow(/is no regular file|EISDIR/);
  }
});

test('folders are made, also where some are there', () => {
  makeFolders(join(folder, 'a', 'b'));
  makeFolders(join(folder, 'a', 'b', 'c'));
  expect(statSync(join(folder, 'a', 'b', 'c')).isDirectory()).toBe(true);
});

test('a folder that cannot be made is an error, also below /proc and below a file', () => {
  writeFileSync(join(folder, 'file'), '');
  for (const path of ['/proc/no-such-thing/x', join(folder, 'file'), join(folder, 'file', 'x')]) {
    expect(() => makeFolders(path)).toThrow();
  }
  expect(readFileSync(join(folder, 'file'), 'utf8')).toBe('');
});
