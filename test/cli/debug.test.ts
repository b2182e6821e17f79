import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { debugEnvironment } from '../../src/base/index.ts';
import { makeRaceFolder } from '../support/race-folder.ts';
import { runPitwall } from '../support/run-pitwall.ts';
import { answer, startScriptedServer } from '../support/scripted-server.ts';

const load = async (sections: string) => {
  await using server = await startScriptedServer((socket) => socket.write(answer('x')));
  const url = `http://127.0.0.1:${server.port}/`;
  return await runPitwall(['load', '-n', '20', '-c', '2', '--no-ceiling', url], { env: { NODE_DEBUG: sections } });
};

test('NODE_DEBUG=pitwall:load tells the job, when its connections are open, and how it ended', async () => {
  const { code, stdout, stderr } = await load('pitwall:load');
  expect(code).toBe(0);
  expect(stdout).toContain('Requests/sec');
  expect(stdout).not.toContain('PITWALL:');
  const lines = stderr.split('\n').filter((line) => line.startsWith('PITWALL:LOAD'));
  expect(lines).toHaveLength(3);
  expect(lines[0]).toMatch(/127\.0\.0\.1:\d+: load \{"kind":"closed","connections":2\}, end \{"requests":20\}/);
  expect(lines[1]).toMatch(/2 connections open after \d/);
  expect(lines[2]).toMatch(/ended: counts \{"ok":20,/);
});

test('without NODE_DEBUG nothing of it is written', async () => {
  expect((await load('')).stderr).not.toContain('PITWALL:');
});

test('NODE_DEBUG=pitwall:telemetry tells what is recorded', async () => {
  const { code, stderr } = await runPitwall(['record', '--duration', '0.3', String(process.pid)], {
    env: { NODE_DEBUG: 'pitwall:telemetry' },
  });
  expect(code).toBe(0);
  expect(stderr).toMatch(/^PITWALL:TELEMETRY \d+: recording \[.*every 100 ms$/m);
});

test('in a race all sections write, the processes of the load and the taps into their logs', async () => {
  using folder = makeRaceFolder({ plain: 'none' }, { blocks: 1, links: { 'server-database': '1ms' } });
  const { code, stdout, stderr } = await runPitwall(['race', folder.plan, '--results', folder.results, '--no-setup'], {
    env: { NODE_DEBUG: 'pitwall:*', TMPDIR: folder.tmp },
  });
  expect(code, stderr).toBe(0);
  expect(stdout).not.toContain('PITWALL:');
  expect(stderr).toMatch(/^PITWALL:RACE \d+: run folder/m);
  expect(stderr).toMatch(/^PITWALL:RACE \d+: .*"block":1.* of plain: measured, gates \[/m);
  expect(stderr).toMatch(/^PITWALL:HOSTS \d+: plain started as \d+: node items-server\.cjs/m);
  expect(stderr).toMatch(/^PITWALL:COMPONENTS \d+: plain ready after \d/m);
  expect(stderr).toMatch(/^PITWALL:TELEMETRY \d+: recording \[/m);
  const logs = readLogs(join(folder.results, readdirSync(folder.results)[0]!, 'logs'));
  expect(logs).toMatch(/^PITWALL:LOAD \d+: ended: counts/m);
  expect(logs).toMatch(/^PITWALL:WIRE \d+: tap on 127\.0\.0\.1:\d+ in front of 127\.0\.0\.1:\d+/m);
});

const readLogs = (folder: string): string =>
  readdirSync(folder)
    .map((file) => readFileSync(join(folder, file), 'utf8'))
    .join('\n');

test('a child process gets NODE_DEBUG only where its parent has it', () => {
  expect(debugEnvironment({ NODE_DEBUG: 'pitwall:load', HOME: '/root' })).toEqual({ NODE_DEBUG: 'pitwall:load' });
  expect(debugEnvironment({ HOME: '/root' })).toEqual({});
});
