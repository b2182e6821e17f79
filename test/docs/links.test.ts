import { existsSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, test } from 'vitest';
import { repository } from '../support/race-folder.ts';
import { anchorOf, headingsOf, type Page, pages, proseOf } from './manual.ts';

/** Links into this repository: target and anchor. */
const linksOf = (page: Page): readonly (readonly [target: string, anchor: string | undefined])[] =>
  [...proseOf(page).matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, link]) => link!)
    .filter((link) => !/^[a-z]+:/.test(link))
    .map((link) => {
      const [path, anchor] = link.split('#') as [string, string | undefined];
      return [path === '' ? page.path : normalize(join(dirname(page.path), path)), anchor];
    });

const anchors = new Map(pages.map((page) => [page.path, new Set(headingsOf(page).map(anchorOf))]));

describe.each(pages.map((page) => [page.path, page] as const))('%s', (_path, page) => {
  test('links to files that exist', () => {
    const missing = linksOf(page).filter(([target]) => !existsSync(join(repository, target)));
    expect(missing).toEqual([]);
  });

  test('links to sections that exist', () => {
    const missing = linksOf(page).filter(
      ([target, anchor]) => anchor !== undefined && anchors.get(target)?.has(anchor) !== true,
    );
    expect(missing).toEqual([]);
  });
});

test('anchors are made of headings as the sites make them', () => {
  expect(anchorOf("Fewer round trips (the driver's own)")).toBe('fewer-round-trips-the-drivers-own');
  expect(anchorOf('`pitwall explain`')).toBe('pitwall-explain');
});
