import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runPitwall } from '../../support/run-pitwall.ts';
import { answer, startScriptedServer } from '../../support/scripted-server.ts';

/** Files that a run of the built program loads: each takes some 0.3 ms, and few are worth it before the first request. */
const loadedFiles = async (...args: string[]): Promise<readonly string[]> => {
  const folder = await mkdtemp(join(tmpdir(), 'pitwall-test-'));
  try {
    await runPitwall(args, { env: { NODE_V8_COVERAGE: folder } });
    const reports = await Promise.all((await readdir(folder)).map((name) => readFile(join(folder, name), 'utf8')));
    const urls = reports.flatMap((text) =>
      (JSON.parse(text) as { result: { url: string }[] }).result.map(({ url }) => url),
    );
    return [...new Set(urls.filter((url) => url.startsWith('file:')))];
  } finally {
    await rm(folder, { recursive: true });
  }
};

test('a load loads what it uses: no distributions, no YAML, no schemas but its own, no HTTP/2', async () => {
  await using server = await startScriptedServer((socket) => socket.write(answer('hello')));
  const files = await loadedFiles('load', '-n', '1', '-c', '1', '--no-ceiling', `http://127.0.0.1:${server.port}/`);
  expect(server.requests).toHaveLength(1);
  expect(files.length).toBeGreaterThan(20);
  expect(files.length).toBeLessThan(120);
  const packages = new Set(files.map((url) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url)?.[1]));
  expect([...packages].filter((name) => name !== undefined).toSorted()).toEqual(['commander', 'pure-rand']);
  expect(files.filter((url) => /load\/http2\/(?!request-fields)/.test(url))).toEqual([]);
});

test('the version loads hardly anything', async () => {
  expect((await loadedFiles('--version')).length).toBeLessThan(30);
});
