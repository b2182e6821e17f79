import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { makeOwnFolder } from '../../../src/agent/disk/own-folder.ts';

let parent: string;
beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'run-folder-'));
});
afterEach(() => rmSync(parent, { recursive: true, force: true }));

test.each([
  { name: 'is not there', make: () => join(parent, 'not-there'), message: /No folder can be made/ },
  {
    name: 'is a file',
    make: () => {
      writeFileSync(join(parent, 'file'), '');
      return join(parent, 'file');
    },
    message: /No folder can be made/,
  },
  {
    name: 'is too long for a socket below it',
    make: () => makeBelow('x'.repeat(80)),
    message: /is too long: .* 107 bytes/,
  },
  { name: 'has a line break in its name', make: () => makeBelow('a\nb'), message: /control character/ },
])('a TMPDIR that $name is refused at once, and nothing is left in it', ({ make, message }) => {
  const place = make();
  expect(() => makeOwnFolder(place)).toThrow(
    expect.objectContaining({ code: 'stage.unusable-folder', message: expect.stringMatching(message) }),
  );
  if (!/not-there|file/.test(place)) expect(readdirSync(place)).toEqual([]);
});

const makeBelow = (name: string): string => {
  mkdirSync(join(parent, name));
  return join(parent, name);
};
