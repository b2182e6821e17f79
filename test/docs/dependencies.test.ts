import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { repository } from '../support/race-folder.ts';
import { filesBelow, pages } from './manual.ts';

const text = pages.find(({ path }) => path === 'docs/dependencies.md')!.text;
const { dependencies } = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8')) as {
  dependencies: Record<string, string>;
};
const sources = filesBelow('src', '.ts').map((path) => ({
  room: `${path.split('/')[1]}/`,
  source: readFileSync(join(repository, path), 'utf8'),
}));

/** The first table: packages, and the rooms that import them. */
const listed = new Map(
  [
    ...text.slice(0, text.indexOf('\nFor development')).matchAll(/^\| ([@a-z][^|]*) \| [^|]+ \| (`[^|]+`) \|$/gm),
  ].flatMap(([, names, rooms]) =>
    names!.split(', ').map((name) => [name, [...rooms!.matchAll(/`([^`]+)`/g)].map(([, room]) => room!)] as const),
  ),
);

test('the page lists the packages that package.json has', () => {
  expect([...listed.keys()].sort()).toEqual(Object.keys(dependencies).sort());
});

test.each([...listed])('%s is imported where the page says', (name, rooms) => {
  const isImported = new RegExp(`(?:from |import\\(|import\\.meta\\.resolve\\()'${name.replace(/\//g, '\\/')}['/]`);
  const found = new Set(sources.filter(({ source }) => isImported.test(source)).map(({ room }) => room));
  expect([...found].sort()).toEqual([...rooms].sort());
});
