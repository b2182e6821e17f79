import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { assembleResult, type RaceResult, readJournal } from '../../src/result/index.ts';
import { runPitwall } from '../support/run-pitwall.ts';
import { startTruthServer } from '../support/truth.ts';

let folder = '';
const results = (): string => join(folder, 'results');
const race = (...args: readonly string[]) =>
  runPitwall(['race', ...args, '--results', results()], { cwd: folder, env: { COLUMNS: '120' } });
const short = ['--duration', '500ms', '--warmup', '100ms', '--connections', '4'];

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'pitwall-decided-'));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('a race of two servers whose rates are known', () => {
  test('stops as soon as it is decided, and its printed intervals are those that decided it', async () => {
    await using quick = await startTruthServer({ service: { kind: 'fixed', meanMs: 5 }, seed: 1 });
    await using slow = await startTruthServer({ service: { kind: 'fixed', meanMs: 30 }, seed: 2 });
    const urls = [`quick=http://127.0.0.1:${quick.port}/`, `slow=http://127.0.0.1:${slow.port}/`];
    const { code, stdout, stderr } = await race(...urls, ...short, '--until-decided', '--time', '2m', '--json');
    expect(code, stderr).toBe(0);
    expect(stderr).toMatch(/decided after \d+ blocks/);
    const result = JSON.parse(stdout) as RaceResult;
    expect(result.plan).toMatchObject({ until: 'decided', timeMs: 120_000 });
    expect(result.best).toMatchObject([{ candidate: 'quick' }]);
    // Six times the rate: a busy machine may take a block or two more than the least.
    const blocks = result.candidates[0]!.rounds.at(-1)!.block;
    expect(blocks).toBeLessThan(result.looks!.horizon);
    expect(result.looks!.at.at(-1)).toBe(blocks);
    const looks = readJournal(join(results(), result.id)).records.filter(({ type }) => type === 'look');
    expect(looks.at(-1)).toMatchObject({ blocks, isDecided: true });
    const [rate] = result.comparisons;
    expect(rate).toMatchObject({ metric: 'requestsPerSecond', verdict: 'faster' });
    expect(rate!.low).toBeGreaterThan(1);
  }, 180_000);

  test('takes one block more when it is over, and says which command does that', async () => {
    await using one = await startTruthServer({ service: { kind: 'fixed', meanMs: 10 }, seed: 3 });
    await using two = await startTruthServer({ service: { kind: 'fixed', meanMs: 10 }, seed: 4 });
    const urls = [`one=http://127.0.0.1:${one.port}/`, `two=http://127.0.0.1:${two.port}/`];
    // A margin that three blocks cannot show.
    const first = await race(...urls, ...short, '--blocks', '3', '--margin', '0.001%');
    expect(first.code, first.stderr).toBe(0);
    expect(first.stderr).toMatch(/a verdict would take about \d+ blocks|a verdict in about \d+ s/);

    const nothing = await race('--resume', 'latest');
    expect([nothing.code, nothing.stderr]).toEqual([2, expect.stringMatching(/it has 3 blocks[\s\S]*--blocks N/)]);
    const fewer = await race('--resume', 'latest', '--blocks', '3');
    expect([fewer.code, fewer.stderr]).toEqual([2, expect.stringContaining('--blocks 3 adds nothing')]);

    const more = await race('--resume', 'latest', '--blocks', '4', '--json');
    expect(more.code, more.stderr).toBe(0);
    const result = JSON.parse(more.stdout) as RaceResult;
    expect(result).toMatchObject({
      outcome: 'done',
      plan: { blocks: 4, margin: 0.00001 },
      looks: { at: [3], horizon: 4, isLast: false },
      overrides: { blocks: 3, margin: '0.001%' },
      resumedAt: [expect.any(String)],
    });
    expect(result.candidates.map(({ rounds }) => rounds.map(({ block }) => block))).toEqual([
      [1, 2, 3, 4],
      [1, 2, 3, 4],
    ]);
    const { explanations: _, ...printed } = JSON.parse(more.stdout) as RaceResult & { explanations: unknown };
    expect(assembleResult(readJournal(join(results(), result.id)).records)).toEqual(printed);
  }, 180_000);

  test.each([
    { args: ['--blocks', '4'], message: '--until-decided does not go with --blocks' },
    { args: ['--precision', '3%'], message: '--until-decided does not go with --precision' },
  ])('has one end: $message', async ({ args, message }) => {
    const { code, stderr } = await race('http://127.0.0.1:1/a', 'http://127.0.0.1:1/b', '--until-decided', ...args);
    expect([code, stderr]).toEqual([2, expect.stringContaining(message)]);
  });
});
