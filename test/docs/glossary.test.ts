import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { repository } from '../support/race-folder.ts';
import { filesBelow, pages } from './manual.ts';

const glossary = pages.find(({ path }) => path === 'docs/glossary.md')!.text;
const sources = [...filesBelow('src', '.ts'), ...filesBelow('candidates', 'candidate.yaml')]
  .map((path) => readFileSync(join(repository, path), 'utf8'))
  .join('\n');

const rows = [...glossary.matchAll(/^\| ([^|`]+) \|([^|]+)\|([^|]*)\|([^|]*)\|$/gm)].filter(
  ([, term]) => term !== 'term',
);

test('the names that the glossary gives for the code are in the code', () => {
  const named = rows.flatMap(([, , , code]) => [...code!.matchAll(/`(--)?([A-Za-z]+)`/g)].map(([, , name]) => name!));
  expect(named.length).toBeGreaterThan(50);
  expect(named.filter((name) => !new RegExp(`\\b${name}\\b`).test(sources))).toEqual([]);
});

test('the glossary explains each term once', () => {
  const terms = rows.map(([, term]) => term!);
  expect(terms.length).toBeGreaterThan(50);
  expect(new Set(terms).size).toBe(terms.length);
});
