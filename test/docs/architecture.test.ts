import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, test } from 'vitest';
import { repository } from '../support/race-folder.ts';
import { filesBelow, pages } from './manual.ts';

const map = pages.find(({ path }) => path === 'docs/architecture.md')!.text;

/** What the map says that each room imports. */
const rooms = new Map(
  [...map.matchAll(/^\| `([a-z]+)\/` \| .* \| ([a-z, -]+) \|$/gm)].map(([, room, imports]) => [
    room!,
    imports === '-' ? [] : imports!.split(', '),
  ]),
);

/** Imports from other rooms, as `room/file.ts`, and the file that has them. */
const crossings = filesBelow('src', '.ts').flatMap((path) => {
  const room = path.split('/')[1]!;
  const source = readFileSync(join(repository, path), 'utf8');
  return [...source.matchAll(/(?:from|import)[ (]'(\.[^']+)'/g)]
    .map(([, specifier]) => relative('src', join(dirname(path), specifier!)))
    .map((file) => ({ path, room, other: file.split('/')[0]!, file }))
    .filter(({ other }) => rooms.has(other) && other !== room);
});

test('every folder of src is on the map', () => {
  const folders = readdirSync(join(repository, 'src'), { withFileTypes: true }).filter((entry) => entry.isDirectory());
  expect([...rooms.keys()].sort()).toEqual(folders.map(({ name }) => name).sort());
});

describe.each([...rooms])('%s', (room, imports) => {
  test('imports the rooms that the map says, and no other', () => {
    const found = new Set(crossings.filter((crossing) => crossing.room === room).map(({ other }) => other));
    expect([...found].sort()).toEqual([...imports].sort());
  });
});

test('rooms are imported by their index, but for what the map names', () => {
  const direct = crossings.filter(({ file }) => !file.endsWith('/index.ts'));
  expect(direct.filter(({ room, file }) => room !== 'explain' || !map.includes(`\`${file}\``))).toEqual([]);
});

test('the files that start processes are those that the map names', () => {
  const section = map.slice(map.indexOf('## Who starts processes'), map.indexOf('## Where files are'));
  const named = [...section.matchAll(/^\| `([^`]+)` \|/gm)].map(([, path]) => `src/${path}`);
  const found = filesBelow('src', '.ts').filter((path) =>
    readFileSync(join(repository, path), 'utf8').includes("'node:child_process'"),
  );
  expect(named.sort()).toEqual(found);
});
