import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseFailIf, testFailIf } from '../../src/cli/race/fail-if.ts';
import { type Change, createJournal, type JournalRecord } from '../../src/result/index.ts';
import { createRandom } from '../../src/stats/index.ts';
import { candidateRecord, raceRecord, roundRecord } from '../support/records.ts';
import { runPitwall } from '../support/run-pitwall.ts';

let results: string;
beforeAll(() => {
  results = mkdtempSync(join(tmpdir(), 'compare-test-'));
  writeRace('2026-01-01-base', { good: 100, other: 200, third: 150 }, 1, { sources: 'old' });
  // Its machine is slower by a quarter, on top of what changed.
  writeRace('2026-01-02-slower', { good: 0.75 * 90, other: 0.75 * 200, third: 0.75 * 150 }, 2);
  writeRace('2026-01-03-noisy', { good: 90, other: 200, third: 150 }, 11, { stdev: 0.15 });
  writeRace('2026-01-04-pair', { base: 100, head: 93 }, 4);
  writeRace('2026-01-05-refused', { good: 90, other: 200, third: 150 }, 5, {
    gates: [{ name: 'steal', ok: false, effect: 'withholds', reason: 'the hypervisor was greedy' }],
  });
});
afterAll(() => rmSync(results, { recursive: true, force: true }));

type Round = Extract<JournalRecord, { type: 'round' }>['round'];

const writeRace = (
  id: string,
  rates: Readonly<Record<string, number>>,
  seed: number,
  {
    stdev = 0.01,
    gates = [],
    sources = 'new',
  }: {
    stdev?: number;
    gates?: NonNullable<Round['gates']> /** Of `good`; those of the others never change. */;
    sources?: string;
  } = {},
): void => {
  const random = createRandom(seed);
  using journal = createJournal(join(results, id));
  journal.append({ ...raceRecord(), id, startedAt: `${id.slice(0, 10)}T00:00:00.000Z` });
  for (const name of Object.keys(rates)) {
    journal.append({ ...candidateRecord(name), sourceDigest: name === 'good' ? sources : name });
  }
  for (let block = 1; block <= 8; block += 1) {
    for (const [name, rate] of Object.entries(rates)) {
      const record = roundRecord(name, block, rate * Math.exp(random.normal(0, stdev)));
      journal.append({ ...record, round: { ...record.round, gates } });
    }
  }
  journal.append({ type: 'end', endedAt: '2026-01-06T00:00:00.000Z', outcome: 'done' });
};

const compare = (...args: string[]) => runPitwall(['compare', ...args, '--results', results]);

describe('pitwall compare', () => {
  test('takes candidates whose names hold a colon, and says of candidates without a race how to name them', async () => {
    writeRace('2026-01-06-urls', { 'a:80/x': 100, 'b:80/x': 90 }, 6);
    const { code, stdout, stderr } = await compare('urls:a:80/x', 'urls:b:80/x');
    expect(code, stderr).toBe(0);
    expect(stdout).toContain('a:80/x -> b:80/x: requestsPerSecond');
    expect((await compare('zz:80/x', 'zz:80/x')).stderr).toMatch(/no race zz/);
    rmSync(join(results, '2026-01-06-urls'), { recursive: true });
    const plain = await compare('good', 'other');
    expect(plain.stderr).toContain('There is no race good; of the last race it is a candidate: write latest:good.');
    expect(plain.code).toBe(2);
  });

  test('says of every candidate that two races share what became of it', async () => {
    const { code, stdout } = await compare('base', 'slower');
    expect(code).toBe(0);
    expect(stdout).toMatch(/good: requestsPerSecond -(9|10|11)\.?\d* % \[-1\d(\.\d+)? %, -[89](\.\d+)? %\]: worse/);
    expect(stdout).toMatch(/other: requestsPerSecond [+-][01]\.\d+ % .*: (the same|can’t tell)/);
    expect(stdout).toContain('Each beside other, third, the same in both races');
  });

  test('takes the candidate that --reference names, and gives no verdict where nothing stayed the same', async () => {
    const named = await compare('base:good', 'slower:good', '--reference', 'third');
    expect(named.stdout).toMatch(/good: requestsPerSecond -(9|10|11)\.?\d* % .*: worse/);
    expect(named.stdout).toContain('Each beside third,');
    const itself = await compare('base:good', 'slower:good', '--reference', 'good');
    expect(itself.stdout).toContain('no verdict (nothing beside it stayed the same in both races)');
    expect(itself.stdout).toContain('name a candidate that did not change with --reference');
    const unknown = await compare('base:good', 'slower:good', '--reference', 'nobody');
    expect(unknown).toMatchObject({ code: 2, stderr: expect.stringContaining('has no candidate nobody') });
  });

  test('exits with 3 only when the whole interval is beyond the limit', async () => {
    const limit = ['--fail-if', 'requestsPerSecond < -5%'];
    const shown = await compare('base:good', 'slower:good', ...limit);
    expect(shown.stdout).toContain('YES, and the whole interval shows it');
    expect(shown.code).toBe(3);
    const notShown = await compare('base:good', 'noisy:good', ...limit);
    expect(notShown.stdout).toContain('perhaps, but the interval does not show it');
    expect(notShown.code).toBe(0);
    const fine = await compare('base:other', 'slower:other', ...limit);
    expect(fine.code).toBe(0);
  });

  test('compares two candidates of one race block by block', async () => {
    const { code, stdout } = await compare('pair:base', 'pair:head', '--fail-if', 'requestsPerSecond < -5%', '--json');
    expect(code).toBe(3);
    const changes = JSON.parse(stdout);
    expect(changes).toMatchObject({ isPaired: true, differences: [], conditions: [{ answer: 'fails' }] });
    expect(changes.changes[0]).toMatchObject({ before: 'base', after: 'head', verdict: 'slower' });
  });

  test('gives no verdict on a race whose gates are closed, and exits with 1', async () => {
    const { code, stdout } = await compare('base:good', 'refused:good', '--fail-if', 'requestsPerSecond < -5%');
    expect(stdout).toMatch(/no verdict .*steal in 8 of 8 rounds of good: the hypervisor was greedy/);
    expect(code).toBe(1);
  });

  test.each([
    { args: ['none', 'slower'], says: /There is no race none/, exit: 1 },
    { args: ['2026', 'slower'], says: /2026 fits 5 races/, exit: 1 },
    { args: ['base:nobody', 'slower'], says: /has no candidate nobody; it has good, other, third/, exit: 2 },
    { args: ['base', 'slower', '--fail-if', 'speed < 5%'], says: /expected METRIC < -5%/, exit: 2 },
  ])('refuses $args', async ({ args, says, exit }) => {
    const { code, stderr } = await compare(...args);
    expect(stderr).toMatch(says);
    expect(code).toBe(exit);
  });
});

describe('pitwall history', () => {
  test('lists the races, the oldest first', async () => {
    const { code, stdout } = await runPitwall(['history', '--results', results]);
    expect(code).toBe(0);
    const lines = stdout.trimEnd().split('\n');
    expect(lines).toHaveLength(5);
    expect(lines[0]).toMatch(/^2026-01-01-base {2}done {2}other \d+\/s, third \d+\/s, good \d+\/s$/);
  });

  test('draws the trend of a candidate with its intervals on one scale', async () => {
    const { stdout } = await runPitwall(['history', '--results', results, '--candidate', 'good']);
    const lines = stdout.trimEnd().split('\n');
    expect(lines).toHaveLength(4);
    expect(lines[0]).toMatch(/^2026-01-01 00:00 {2}\d+ \[[\d.]+, [\d.]+\]\/s +-*o-*$/);
    expect(lines[1]!.indexOf('o')).toBeLessThan(lines[0]!.indexOf('o'));
  });
});

describe('a condition', () => {
  const change = (ratio: number, low?: number, high?: number): Change => ({
    metric: 'p99Ms',
    before: 'a',
    after: 'b',
    ratio,
    ...(low === undefined || high === undefined ? {} : { low, high }),
    verdict: 'cant-tell',
  });

  test.each([
    { text: 'p99Ms > 10%', change: change(1.2, 1.15, 1.25), answer: 'fails' },
    { text: 'p99Ms > 10%', change: change(1.2, 1.05, 1.35), answer: 'not-shown' },
    { text: 'p99Ms > 10%', change: change(1.05, 0.9, 1.2), answer: 'holds' },
    { text: 'p99Ms < -10%', change: change(0.8, 0.7, 0.89), answer: 'fails' },
    { text: 'p99Ms < -10%', change: change(0.8, 0.7, 0.91), answer: 'not-shown' },
    { text: 'p99Ms<0%', change: change(0.99), answer: 'not-shown' },
    { text: 'p99Ms > 10%', change: { ...change(2, 1.9, 2.1), verdict: 'withheld' as const }, answer: 'withheld' },
  ])('$text of $change.ratio [$change.low, $change.high]: $answer', ({ text, change: given, answer }) => {
    expect(testFailIf(parseFailIf(text), given)).toBe(answer);
  });
});
