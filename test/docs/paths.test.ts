import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { repository } from '../support/race-folder.ts';
import { filesBelow, headingsOf, pages } from './manual.ts';

const folders = 'src|test|bench|docs|scripts|web|candidates|workloads|plans|templates';
const rooms =
  'base|files|stats|drivers|plan|agent|hosts|components|setup|load|wire|telemetry|result|race|explain|report|doctor|cli';
const extensions = 'ts|mjs|js|cjs|md|json|yaml|yml|sh|csv|sql|svg|png';
/** What `pitwall init` writes in the examples, and nobody else has. */
const written = /^(candidates|workloads|plans)\/(hello|shop)\b/;
const isThere = (path: string): boolean => existsSync(join(repository, path));

describe.each(pages.map((page) => [page.path, page.text] as const))('%s', (_path, text) => {
  test('names files that exist', () => {
    const named = [...text.matchAll(new RegExp(`(?<![\\w./-])(?:${folders})/[\\w./-]*\\.(?:${extensions})\\b`, 'g'))];
    const missing = named.map(([path]) => path).filter((path) => !isThere(path) && !written.test(path));
    expect(missing).toEqual([]);
  });

  test('names folders that exist', () => {
    const named = [...text.matchAll(new RegExp(`\`((?:${folders})/(?:[\\w-]+/)*)\``, 'g'))].map(([, path]) => path!);
    expect(named.filter((path) => !/\/NAME\/$/.test(path) && !isThere(path) && !written.test(path))).toEqual([]);
  });

  test('names files of the rooms that exist', () => {
    const named = [...text.matchAll(new RegExp(`\`((?:${rooms})/[\\w./-]+\\.ts)\``, 'g'))].map(([, path]) => path!);
    expect(named.filter((path) => !isThere(`src/${path}`) && !isThere(`test/${path}`))).toEqual([]);
  });
});

/** Comments of a source file; a string of code that looks like one does no harm here. */
const commentsOf = (path: string): string =>
  (readFileSync(join(repository, path), 'utf8').match(/\/\*[\s\S]*?\*\/|\/\/.*$/gm) ?? [])
    .join('\n')
    .replace(/https?:\S+/g, '');

const sources = ['src', 'web', 'bench', 'scripts'].flatMap((folder) => [
  ...filesBelow(folder, '.ts'),
  ...filesBelow(folder, '.mjs'),
]);

test('comments cite files that exist', () => {
  const cited = new RegExp(`(?<![\\w./-])(?:(?:${folders})/[\\w./-]*\\.(?:ts|mjs|md|csv)|[\\w-]+\\.md)\\b`, 'g');
  const missing = sources.flatMap((source) =>
    [...commentsOf(source).matchAll(cited)]
      .map(([path]) => path)
      .filter((path) => !isThere(path))
      .map((path) => `${source} cites ${path}`),
  );
  expect(missing).toEqual([]);
});

test('comments cite sections and decisions that exist', () => {
  const headings = new Map(pages.map((page) => [page.path, headingsOf(page)]));
  const decisions = filesBelow('docs/decisions', '.md');
  const missing = sources.flatMap((source) => {
    const comments = commentsOf(source).replace(/\s*\n\s*(?:\*|\/\/)?\s*/g, ' ');
    const sections = [...comments.matchAll(/(docs\/[\w-]+\.md), "([^"]+)"/g)]
      .filter(([, path, section]) => !headings.get(path!)?.includes(section!))
      .map(([citation]) => `${source} cites ${citation}`);
    const numbers = [...comments.matchAll(/docs\/decisions\/(\d{4})\b/g)]
      .filter(([, number]) => !decisions.some((path) => path.startsWith(`docs/decisions/${number}-`)))
      .map(([citation]) => `${source} cites ${citation}`);
    return [...sections, ...numbers];
  });
  expect(missing).toEqual([]);
});

test('decisions are numbered without gaps, and their titles carry the number', () => {
  const decisions = pages.filter(({ path }) => path.startsWith('docs/decisions/'));
  for (const [index, { path, text }] of decisions.entries()) {
    expect(path).toContain(`/${String(index + 1).padStart(4, '0')}-`);
    expect(text).toMatch(new RegExp(`^# ${index + 1}\\. `));
  }
});
