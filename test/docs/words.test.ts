import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { repository } from '../support/race-folder.ts';
import { filesBelow, pages } from './manual.ts';

/** What is written by a program, or quotes one, keeps that program's words. */
const written = new Set(['CHANGELOG.md', 'docs/assets/race.md']);
const proseOf = (text: string): string =>
  text
    .replace(/^```[\s\S]*?^```/gm, '')
    .replace(/^ {4}.*$/gm, '')
    .replace(/^>.*$/gm, '')
    .replace(/`[^`]*`/g, '')
    .replace(/\]\([^)]*\)/g, ']')
    .replace(/"[^"]*"/g, '');

/** Words that have a standard term: docs/glossary.md has it. */
const retired: readonly (readonly [old: RegExp, standard: string])[] = [
  [/\bturnarounds?\b/i, 'round trip'],
  [/\blone request/i, 'unloaded request'],
  // "how many round trips a request makes" is another sentence.
  [
    /\b(ms|times?|trips|CPU|MiB|KiB|connections?|waits) a request\b(?! (makes|takes|keeps|waits|needs))/i,
    'per request',
  ],
  [/\b(requests|times|trips|answers|ok|%|\d) a second\b/i, 'per second'],
  [/\b(what|which) binds\b|\bbinding resource\b/i, 'bottleneck'],
  [/\b(held|hold|holds) (it |them |this )?against\b/i, 'compared with'],
  [/\b(far|near) side\b/i, 'database side, client side'],
  [/\b(entry )?twins?\b/i, 'variant, or A/A control'],
  [/\bthe seed's\b/i, 'the original post'],
  [/\bpacer lag\b/i, 'schedule delay'],
  [/\bsurroundings\b/i, 'telemetry'],
  [/\bneighbours\b/i, 'other processes, or components'],
  [/\bscatters?\b/i, 'varies'],
  [/\b(one|a|each|own) flight\b|\bflights\b/i, 'message group, pipelined'],
];

describe.each(pages.filter(({ path }) => !written.has(path)).map(({ path, text }) => [path, text] as const))(
  '%s',
  (path, text) => {
    test('uses the standard terms', () => {
      // The glossary names the words that are not used.
      const prose = path === 'docs/glossary.md' ? proseOf(text).replace(/\|[^|\n]*\|$/gm, '|') : proseOf(text);
      const found = retired.flatMap(([old, standard]) => {
        const match = old.exec(prose);
        return match === null ? [] : [`${match[0]} -> ${standard}`];
      });
      expect(found).toEqual([]);
    });
  },
);

/** Names that went with version 1 of the result; only what reads that version knows them. */
const gone = /turnaround|lone.?request|surroundings|sightsOf|EngineNews|EngineOrder|keepHouse|twinOf/i;

test('sources, pages and schemas use none of the names of version 1, but for what reads it', () => {
  const files = ['src', 'web'].flatMap((folder) => [...filesBelow(folder, '.ts'), ...filesBelow(folder, '.html')]);
  const schemas = filesBelow('docs', '.json');
  const found = [...files, ...schemas].filter((path) => gone.test(readFileSync(join(repository, path), 'utf8')));
  expect(found).toEqual(['src/result/version-1.ts']);
});
