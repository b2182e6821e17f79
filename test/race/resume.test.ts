import { execFileSync } from 'node:child_process';
import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { blockOrder } from '../../src/race/schedule/schedule.ts';
import { assembleResult, type RaceResult, readJournal, readResult } from '../../src/result/index.ts';
import { createRandom } from '../../src/stats/index.ts';
import { makeRaceFolder, type RaceFolder } from '../support/race-folder.ts';
import { type RunningPitwall, runPitwall, startPitwall } from '../support/run-pitwall.ts';
import { processesBelow } from '../support/traces.ts';
import { until } from '../support/until.ts';

const start = (folder: RaceFolder, ...args: string[]): RunningPitwall =>
  startPitwall(['race', ...args, '--results', folder.results], { env: { TMPDIR: folder.tmp } });

const run = (folder: RaceFolder, ...args: string[]) =>
  runPitwall(['race', ...args, '--results', folder.results], { env: { TMPDIR: folder.tmp } });

const raceIn = (folder: RaceFolder): string => join(folder.results, readdirSync(folder.results)[0]!);

const resultIn = (folder: RaceFolder): RaceResult => {
  const race = raceIn(folder);
  const result = readResult(race);
  expect(assembleResult(readJournal(race).records)).toEqual(result);
  return result;
};

/** Every round of the schedule was measured once, in its order. */
const expectWholeSchedule = ({ candidates, plan }: RaceResult): void => {
  const played = candidates.flatMap(({ name, rounds }) =>
    rounds
      .filter(({ outcome }) => outcome === 'measured')
      .map(({ block, position, startedAt }) => ({ name, block, position, startedAt })),
  );
  played.sort((a, b) => a.startedAt.localeCompare(b.startedAt));
  const schedule = Array.from({ length: plan.blocks }, (_, index) =>
    blockOrder(plan.candidates, index + 1, plan.seed).map((name, place) => ({
      name,
      block: index + 1,
      position: place + 1,
    })),
  ).flat();
  expect(played.map(({ startedAt: _, ...place }) => place)).toEqual(schedule);
};

/** 20 for the long form. */
const kills = Number(process.env['PITWALL_KILLS'] ?? 3);

describe('a race that is resumed', () => {
  test(
    `after ${kills} SIGKILLs at random moments has every round exactly once, in its order`,
    async () => {
      using folder = makeRaceFolder(
        { one: 'none', two: 'none', three: 'none' },
        { blocks: Math.max(3, Math.ceil(kills / 2)), duration: '300ms', warmup: '100ms', seed: 5, retries: 9 },
      );
      const random = createRandom(Number(process.env['PITWALL_SEED'] ?? Date.now()));
      /** Before its first line is on disk there is no race to resume, and a kill has hit nothing. */
      const hasBegun = (): boolean => {
        const journal = existsSync(folder.results) ? join(raceIn(folder), 'journal.jsonl') : '';
        return existsSync(journal) && readFileSync(journal).includes(10);
      };
      const startOrResume = (): RunningPitwall => {
        if (hasBegun()) return start(folder, '--resume', 'latest');
        rmSync(folder.results, { recursive: true, force: true });
        return start(folder, folder.plan);
      };
      let killed = 0;
      let code: number | undefined;
      while (killed < kills && code !== 0) {
        const running = startOrResume();
        const ended = running.exited.then((value) => {
          code = value;
        });
        await Promise.race([ended, sleep(1_500 + random.uniform() * 5_000)]);
        running.child.kill('SIGKILL');
        await ended;
        expect([0, 137], running.output.stderr).toContain(code);
        if (code === 137 && hasBegun()) killed += 1;
      }
      if (code !== 0) {
        const last = startOrResume();
        expect(await last.exited, last.output.stderr).toBe(0);
      }
      expect(processesBelow(folder.tmp)).toEqual([]);
      expect(readdirSync(folder.tmp)).toEqual([]);
      const result = resultIn(folder);
      expect(result.outcome).toBe('done');
      expectWholeSchedule(result);
    },
    120_000 + kills * 30_000,
  );

  test('after Ctrl-C goes on where it was, but only as the race that it was and by one pitwall at a time', async () => {
    using folder = makeRaceFolder({ one: 'none', two: 'none' }, { blocks: 3, duration: '1500ms' });
    const first = start(folder, folder.plan, '--seed', '9');
    await first.saw('block 2/3');
    const other = await run(folder, '--resume', 'latest');
    expect(other.stderr).toMatch(/is in use by process \d+/);
    expect(other.code).toBe(1);
    first.child.kill('SIGINT');
    expect(await first.exited).toBe(130);
    const before = readJournal(raceIn(folder)).records;

    const withFlags = await run(folder, '--resume', 'latest', '--seed', '2');
    expect(withFlags.code).toBe(2);
    expect(withFlags.stderr).toContain('--seed does not go with --resume');

    const plan = readFileSync(folder.plan, 'utf8');
    writeFileSync(folder.plan, plan.replace('"connections": 4', '"connections": 5'));
    const changedPlan = await run(folder, '--resume', 'latest');
    expect(changedPlan.stderr).toMatch(/plan: connections was 4, is 5[\s\S]*\[race\.changed\]/);
    expect(changedPlan.code).toBe(1);
    writeFileSync(folder.plan, plan);

    const source = join(folder.folder, 'candidates', 'two', 'items-server.cjs');
    const code = readFileSync(source, 'utf8');
    appendFileSync(source, '\n// faster\n');
    const changedSource = await run(folder, '--resume', 'latest');
    expect(changedSource.stderr).toMatch(/the sources of two have changed/);
    expect(changedSource.code).toBe(1);
    writeFileSync(source, code);
    expect(readJournal(raceIn(folder)).records).toEqual(before);

    const resumed = await run(folder, '--resume', 'latest');
    expect(resumed.code, resumed.stderr).toBe(0);
    expect(resumed.stderr).toMatch(/\d+ rounds? (was|were) played before; the race goes on with the next/);
    const result = resultIn(folder);
    expect(result).toMatchObject({ outcome: 'done', overrides: { seed: 9 }, resumedAt: [expect.any(String)] });
    expectWholeSchedule(result);

    const again = await run(folder, '--resume', 'latest');
    expect(again.stderr).toContain('All rounds');
    expect(again.code).toBe(2);

    const longer = await run(folder, '--resume', 'latest', '--blocks', '4');
    expect(longer.code, longer.stderr).toBe(0);
    const prolonged = resultIn(folder);
    expect(prolonged).toMatchObject({ plan: { blocks: 4 }, looks: { at: [3], horizon: 4 } });
    expectWholeSchedule(prolonged);
  }, 150_000);
});

const isRoot = process.getuid?.() === 0;

/** A disk of its own, of one MiB. */
const mountSmallDisk = (folder: string): Disposable => {
  mkdirSync(folder, { recursive: true });
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', folder]);
  return { [Symbol.dispose]: () => void execFileSync('umount', ['-l', folder]) };
};

const fillDisk = (file: string): void => {
  for (const size of [64 * 1024, 4 * 1024, 1]) {
    try {
      for (;;) appendFileSync(file, Buffer.alloc(size, 'x'));
    } catch (error) {
      expect((error as NodeJS.ErrnoException).code).toBe('ENOSPC');
    }
  }
};

describe.skipIf(!isRoot)('a results folder', () => {
  test('that is full ends the race with what was recorded whole, and it goes on when there is space again', async () => {
    using folder = makeRaceFolder({ good: 'none' }, { blocks: 3, duration: '1s' });
    using _disk = mountSmallDisk(folder.results);
    const running = start(folder, folder.plan);
    await running.saw('block 2/3');
    const filler = join(folder.results, 'filler');
    fillDisk(filler);
    expect(await running.exited).toBe(1);
    expect(running.output.stderr).toMatch(/cannot be written[\s\S]*ENOSPC[\s\S]*\[result\.unwritable\]/);
    expect(processesBelow(folder.tmp)).toEqual([]);
    const race = join(folder.results, readdirSync(folder.results).find((name) => name !== 'filler')!);
    const { records, torn } = readJournal(race);
    expect(torn).toBeUndefined();
    const left = assembleResult(records);
    // The last line is short: it may have found room.
    expect(left.outcome).toMatch(/unfinished|failed/);
    expect(left).toMatchObject({ candidates: [{ rounds: [{ block: 1, outcome: 'measured' }] }] });

    rmSync(filler);
    const resumed = await run(folder, '--resume', 'latest');
    expect(resumed.code, resumed.stderr).toBe(0);
    expect(readResult(race)).toMatchObject({ outcome: 'done', candidates: [{ summary: { rounds: 3 } }] });
  }, 60_000);

  test('that is read-only is refused before anything is started', async () => {
    using folder = makeRaceFolder({ good: 'none' });
    using _disk = mountSmallDisk(folder.results);
    execFileSync('mount', ['-o', 'remount,ro', folder.results]);
    const { code, stderr } = await run(folder, folder.plan);
    expect(code).toBe(1);
    expect(stderr).toMatch(/cannot be created[\s\S]*EROFS[\s\S]*\[result\.unwritable\]/);
    expect(await until('nothing', () => readdirSync(folder.tmp).length === 0)).toBe(true);
  }, 60_000);
});
