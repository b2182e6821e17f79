import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import ts from 'typescript';
import { expect, test } from 'vitest';
import { repository } from '../support/race-folder.ts';
import { filesBelow } from './manual.ts';

/*
 * A reader keeps a function of 80 lines, a file of 300 and a folder of 14 in mind, hardly more. What is larger is named here
 * with its reason and its size, which may only shrink; a name that is not needed any more fails too.
 */
const longestFunction = 80;
const longestFile = 300;
const fullestFolder = 14;

/** State machines, whose states read best side by side. */
const longerFiles: Readonly<Record<string, number>> = {
  // HTTP/2 of a connection: one state machine over streams.
  'src/load/http2/session.ts': 589,
  // The lexer of Postgres' SQL: one state machine over bytes.
  'src/wire/sql/lexer.ts': 551,
  // Framing of HTTP/1.1 answers: one state machine over bytes.
  'src/load/http1/answer-framer.ts': 459,
};
const longerFunctions: Readonly<Record<string, number>> = {};

const files = [...filesBelow('src', '.ts'), ...filesBelow('web', '.ts')];
const sources = files.map((path) => ({ path, text: readFileSync(join(repository, path), 'utf8') }));

const functionsOf = (path: string, text: string): readonly (readonly [string, number])[] => {
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const lineAt = (position: number): number => file.getLineAndCharacterOfPosition(position).line;
  const found: (readonly [string, number])[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isFunctionLike(node) && 'body' in node && node.body !== undefined) {
      const named = node.name ?? (ts.isVariableDeclaration(node.parent) ? node.parent.name : undefined);
      const name = named?.getText() ?? `line ${lineAt(node.getStart()) + 1}`;
      found.push([`${path} ${name}`, lineAt(node.end) - lineAt(node.getStart()) + 1]);
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
};

type Sizes = readonly (readonly [string, number])[];

/** What is larger than it may be, and what is named though it is as small as the others. */
const beyond = (sizes: Sizes, limit: number, named: Readonly<Record<string, number>>) => {
  const found = new Map(sizes);
  return {
    tooLarge: sizes.filter(([name, size]) => size > (named[name] ?? limit)),
    namedForNothing: Object.keys(named).filter((name) => (found.get(name) ?? 0) <= limit),
  };
};
const none = { tooLarge: [], namedForNothing: [] };

test('no file is longer than 300 lines but those named, which only shrink', () => {
  const sizes = sources.map(({ path, text }) => [path, text.split('\n').length - 1] as const);
  expect(beyond(sizes, longestFile, longerFiles)).toEqual(none);
});

test('no function is longer than 80 lines but those named, which only shrink', () => {
  const sizes = sources.flatMap(({ path, text }) => functionsOf(path, text));
  expect(beyond(sizes, longestFunction, longerFunctions)).toEqual(none);
});

test('no folder has more than 14 files', () => {
  const counts = new Map<string, number>();
  for (const path of files) counts.set(dirname(path), (counts.get(dirname(path)) ?? 0) + 1);
  expect(beyond([...counts], fullestFolder, {})).toEqual(none);
});
