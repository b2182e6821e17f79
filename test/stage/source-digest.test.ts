import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { digestFolder, sourceFiles } from '../../src/stage/source-digest.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'digest-test-'));
  mkdirSync(join(folder, 'src'));
  writeFileSync(join(folder, 'src', 'main.rs'), 'fn main() {}');
  writeFileSync(join(folder, 'candidate.yaml'), 'name: x');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('what a build leaves behind is no source', () => {
  const before = digestFolder(folder);
  for (const name of ['target', 'node_modules', '.venv']) {
    mkdirSync(join(folder, name));
    writeFileSync(join(folder, name, 'x'), '');
  }
  expect(sourceFiles(folder)).toEqual(['candidate.yaml', 'src/main.rs']);
  expect(digestFolder(folder)).toBe(before);
});

test('a change of a file’s content or name changes the digest', () => {
  const before = digestFolder(folder);
  writeFileSync(join(folder, 'src', 'main.rs'), 'fn main() { }');
  const changed = digestFolder(folder);
  expect(changed).not.toBe(before);
  writeFileSync(join(folder, 'src', 'main.rs'), 'fn main() {}');
  writeFileSync(join(folder, 'src', 'more.rs'), '');
  expect(new Set([before, changed, digestFolder(folder)]).size).toBe(3);
});
