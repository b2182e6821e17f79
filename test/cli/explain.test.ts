import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createJournal } from '../../src/result/index.ts';
import { candidateRecord, raceRecord, roundRecord } from '../support/records.ts';
import { runPitwall } from '../support/run-pitwall.ts';
import { toldRace } from '../support/told-race.ts';

let folder: string;
let told: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'explain-test-'));
  told = join(folder, 'told.json');
  writeFileSync(told, JSON.stringify(toldRace()));
  using journal = createJournal(join(folder, 'results', '2026-01-01-bare'));
  journal.append(raceRecord());
  journal.append(candidateRecord('axum'));
  journal.append(roundRecord('axum', 1, 100));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const explain = (...args: string[]) => runPitwall(['explain', ...args, '--results', join(folder, 'results')]);

test('a result that was kept as a file is explained, candidate by candidate', async () => {
  const { code, stdout, stderr } = await explain(told);
  expect([code, stderr]).toEqual([0, '']);
  expect(stdout).toContain('axum-bb8\n  Idle CPU, because 20 pool connections each wait 20 times 3.7 ms.\n');
  expect(stdout).toContain('Idle CPU, because 5 workers each wait 16 times 3.7 ms.');
});

test('JSON has what limits it, how full all is, and both rates; what was asked and advised comes with it', async () => {
  const { code, stdout } = await explain(told, '--json', '--candidate', 'axum-bb8', '--rtt', '2.5ms', '--advise');
  expect(code).toBe(0);
  const { explanations } = JSON.parse(stdout);
  expect(explanations).toHaveLength(1);
  expect(explanations[0]).toMatchObject({
    candidate: 'axum-bb8',
    kind: 'explained',
    bottleneck: 'pool',
    utilisation: { pool: expect.any(Number), 'machine CPU': expect.any(Number) },
    predictedRequestsPerSecond: expect.any(Number),
    measuredRequestsPerSecond: expect.any(Number),
    demands: { database: { roundTrips: { value: 20 } } },
    whatIf: { change: { rttMs: 2.5 }, kind: 'predicted', whatIf: { gain: { value: expect.any(Number) } } },
    advice: { changes: expect.any(Array), ledger: expect.any(Array) },
  });
});

test('a change that only some have a place for is answered for those', async () => {
  const { code, stdout } = await explain(told, '--pool', '25');
  expect(code).toBe(0);
  expect(stdout).toContain('what if      django-psycopg has no pool\n');
  expect(stdout).toMatch(/a pool of 25 in all: \d+ \[/);
  expect((await explain(told, '--pool', '25', '--candidate', 'django-psycopg')).code).toBe(2);
});

test('a race of the results folder that was not calibrated says so, and ends with 1', async () => {
  const { code, stdout } = await explain();
  expect(code).toBe(1);
  expect(stdout).toBe('axum\n  cannot be explained: axum was not calibrated: its round trips are unknown\n');
});

test.each([
  { args: ['--rtt', '1'], code: 2, says: /--rtt <time>.*number with a unit/ },
  { args: ['--pool', '0'], code: 2, says: /--pool <n>.*whole number from 1/ },
  { args: ['--round-trips', '-1'], code: 2, says: /--round-trips <n>.*number from 0/ },
  { args: ['--candidate', 'nobody'], code: 2, says: /has no candidate nobody; it has axum/ },
])('$args is refused with $code', async ({ args, code, says }) => {
  const ended = await explain('latest', ...args);
  expect(ended.code).toBe(code);
  expect(ended.stderr).toMatch(says);
});

test('a file that is not there is named', async () => {
  const ended = await explain(join(folder, 'nothing.json'));
  expect(ended.code).toBe(1);
  expect(ended.stderr).toMatch(/nothing\.json cannot be read/);
});
