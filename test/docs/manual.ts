import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { repository } from '../support/race-folder.ts';

export interface Page {
  /** From the repository's root. */
  readonly path: string;
  readonly text: string;
}

const readPage = (path: string): Page => ({ path, text: readFileSync(join(repository, path), 'utf8') });

export const filesBelow = (folder: string, endsWith: string): readonly string[] =>
  readdirSync(join(repository, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(endsWith))
    .map((entry) => relative(repository, join(entry.parentPath, entry.name)))
    .sort();

/** The pages in docs/, and those in the root. */
export const pages: readonly Page[] = [
  ...['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md'],
  ...filesBelow('docs', '.md'),
].map(readPage);

/** Without blocks of code, which hold other programs' text. */
export const proseOf = ({ text }: Page): string => text.replace(/^```[\s\S]*?^```/gm, '');

/** The anchor that a heading gets on the usual sites. */
export const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replace(/\s/g, '-');

export const headingsOf = (page: Page): readonly string[] =>
  [...proseOf(page).matchAll(/^#{1,6} (.+)$/gm)].map(([, heading]) => heading!);
