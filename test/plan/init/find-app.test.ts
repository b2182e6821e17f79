import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { runProgram } from '../../../src/cli/terminal/program.ts';
import { findApp } from '../../../src/plan/index.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'find-app-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const init = async (...args: readonly string[]) => {
  let stderr = '';
  const code = await runProgram(['init', '--dir', folder, ...args], {
    stdout: () => {},
    stderr: (text) => {
      stderr += text;
    },
    stdoutIsTty: false,
    stderrIsTty: false,
    columns: 80,
    color: false,
    signal: new AbortController().signal,
    env: {},
  });
  return { code, stderr };
};

test.each([
  { file: 'go.mod', text: 'module x', what: 'a Go app' },
  { file: 'requirements.txt', text: 'fastapi', what: 'a Python app' },
  { file: 'package.json', text: '{"scripts": {"start": "node x"}}', what: 'a Node app' },
])('init in the folder of $what writes nothing, and says how to race it', async ({ file, text, what }) => {
  writeFileSync(join(folder, file), text);
  const { code, stderr } = await init();
  expect(code).toBe(2);
  expect(stderr).toContain(`says that this is ${what}`);
  expect(stderr).toContain('pitwall race URL_A URL_B');
  expect(stderr).toMatch(/`start: \{command: \[\w/);
  expect(readdirSync(folder)).toEqual([file]);
  expect((await init('--example')).code).toBe(0);
});

test('a package.json that only lists packages is no app, and neither is an empty folder', async () => {
  expect(findApp(folder)).toBeUndefined();
  writeFileSync(join(folder, 'package.json'), '{"devDependencies": {"pitwall": "0.1.0"}}');
  expect(findApp(folder)).toBeUndefined();
  expect((await init()).code).toBe(0);
});

test('a Django app with a package.json for its pages is a Django app', () => {
  for (const file of ['package.json', 'manage.py', 'requirements.txt'])
    writeFileSync(join(folder, file), '{"start":1}');
  expect(findApp(folder)).toMatchObject({ what: 'a Django app', file: 'manage.py' });
});
