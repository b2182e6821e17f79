import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { digestFolder, findSources, sourceFiles } from '../../../src/components/app/source-digest.ts';

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

test('links to folders are followed, but not round and round', () => {
  const elsewhere = mkdtempSync(join(tmpdir(), 'digest-test-'));
  writeFileSync(join(elsewhere, 'shared.rs'), '');
  symlinkSync(elsewhere, join(folder, 'shared'));
  symlinkSync('.', join(folder, 'src', 'round'));
  expect(sourceFiles(folder)).toEqual(['candidate.yaml', 'shared/shared.rs', 'src/main.rs']);
  rmSync(elsewhere, { recursive: true });
});

test.each([
  { name: 'a pipe', make: (path: string) => void execFileSync('mkfifo', [path]), says: /neither a file nor a folder/ },
])('$name among the sources is named, not read', ({ make, says }) => {
  make(join(folder, 'src', 'odd'));
  expect(() => digestFolder(folder)).toThrow(
    expect.objectContaining({ code: 'candidate.invalid', message: expect.stringMatching(says) }),
  );
});

test('a link to nowhere is kept as it is', () => {
  symlinkSync('/nowhere/at/all', join(folder, 'src', 'odd'));
  const before = digestFolder(folder);
  expect(findSources(folder)).toMatchObject({ files: ['candidate.yaml', 'src/main.rs'], brokenLinks: ['src/odd'] });
  rmSync(join(folder, 'src', 'odd'));
  symlinkSync('/nowhere/else', join(folder, 'src', 'odd'));
  expect(digestFolder(folder)).not.toBe(before);
});

describe('what stays behind', () => {
  const write = (path: string, text = '') => {
    mkdirSync(join(folder, path, '..'), { recursive: true });
    writeFileSync(join(folder, path), text);
  };

  test('is the developer’s own settings and any virtual environment, unless they are named', () => {
    for (const path of ['.env', '.env.local', 'conf/.env.production', 'myenv/pyvenv.cfg', 'myenv/lib/x.py'])
      write(path);
    for (const path of ['.env.example', 'conf/.env.sample', '.envrc']) write(path);
    symlinkSync('lib', join(folder, 'myenv', 'lib64'));
    const own = ['.env', '.env.local', 'conf/.env.production', 'myenv'];
    const { files, left } = findSources(folder);
    expect(left).toEqual(own);
    expect(files).toEqual(['.env.example', '.envrc', 'candidate.yaml', 'conf/.env.sample', 'src/main.rs']);
    const named = findSources(folder, ['.env', 'myenv']);
    expect(named.left).toEqual(['.env.local', 'conf/.env.production']);
    expect(named.files).toContain('.env');
    expect(named.files).toContain('myenv/lib/x.py');
    expect(() => findSources(folder, ['none'])).toThrow(expect.objectContaining({ code: 'candidate.invalid' }));
  });

  test('is what the app’s ignore files say, and a folder called dist is not', () => {
    write('.gitignore', '/build\n*.log\n!keep.log\n');
    write('src/.gitignore', 'generated/\n');
    for (const path of ['build/x', 'a.log', 'keep.log', 'src/generated/x', 'src/dist/x', 'src/build/x']) write(path);
    expect(findSources(folder)).toMatchObject({
      left: ['a.log', 'build', 'src/generated'],
      files: ['.gitignore', 'candidate.yaml', 'keep.log', 'src/.gitignore', 'src/build/x', 'src/dist/x', 'src/main.rs'],
    });
  });

  test('is what the .dockerignore says where there is no .gitignore', () => {
    write('.dockerignore', 'tests\n');
    write('tests/x');
    expect(findSources(folder).left).toEqual(['tests']);
  });
});
