import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readPastFailures } from '../../src/setup/past-failures.ts';
import { type ToolsFolder, toolsFolder } from '../../src/setup/tools-folder.ts';

let tools: ToolsFolder;
beforeEach(() => {
  tools = toolsFolder(mkdtempSync(join(tmpdir(), 'pitwall-failures-')));
  mkdirSync(tools.path, { recursive: true });
});
afterEach(() => rmSync(tools.path, { recursive: true }));

test('a failure is remembered for an hour, and forgotten once the part is there', () => {
  readPastFailures(tools, 1_000).remember('haproxy', 'no network');
  expect(readPastFailures(tools, 1_000 + 3_599_000).reasonFor('haproxy')).toBe('no network');
  expect(readPastFailures(tools, 1_000 + 3_601_000).reasonFor('haproxy')).toBeUndefined();
  expect(readPastFailures(tools, 1_000).reasonFor('pgbouncer')).toBeUndefined();
  readPastFailures(tools, 2_000).remember('haproxy', undefined);
  expect(readPastFailures(tools, 2_000).reasonFor('haproxy')).toBeUndefined();
});

test.each(['', '[', '{"haproxy": 1}', '{"haproxy": {"atUnixMs": "now", "reason": "x"}}'])(
  'a file that holds %j is no failure',
  (text) => {
    writeFileSync(join(tools.path, 'failures.json'), text);
    expect(readPastFailures(tools, 0).reasonFor('haproxy')).toBeUndefined();
  },
);

test('a folder in the place of the file neither remembers nor ends anything', () => {
  mkdirSync(join(tools.path, 'failures.json'));
  readPastFailures(tools, 0).remember('haproxy', 'no network');
  expect(readPastFailures(tools, 0).reasonFor('haproxy')).toBeUndefined();
});
