import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { systemClock } from '../../src/base/index.ts';
import { loadPlan } from '../../src/plan/index.ts';
import { runRace } from '../../src/race/index.ts';
import { assembleResult, type RaceResult, readJournal, readResult } from '../../src/result/index.ts';
import { testWith } from '../support/parts.ts';
import { makeRaceFolder, type RaceFolder } from '../support/race-folder.ts';
import { runPitwall, startPitwall } from '../support/run-pitwall.ts';
import { processesBelow, processesNamed } from '../support/traces.ts';
import { until } from '../support/until.ts';

const buildResult = (folder: RaceFolder): RaceResult => {
  const race = join(folder.results, readdirSync(folder.results)[0]!);
  const result = readResult(race);
  expect(assembleResult(readJournal(race).records)).toEqual(result);
  return result;
};

const gateOf = (race: RaceResult, name: string) =>
  race.candidates.flatMap(({ rounds }) => rounds.flatMap(({ gates = [] }) => gates)).find((gate) => gate.name === name);

describe('what happens to a round', () => {
  /** In the order in which they are caused, each in an attempt of its own. */
  const faults: readonly {
    readonly name: string;
    readonly process: RegExp;
    readonly signal: NodeJS.Signals;
    readonly outcome: 'failed' | 'refused';
    readonly reason: RegExp;
  }[] = [
    {
      name: 'HAProxy is killed',
      process: /haproxy\.cfg/,
      signal: 'SIGKILL',
      outcome: 'failed',
      reason: /^proxy ended with SIGKILL in the middle of a round/,
    },
    {
      name: 'the candidate hangs',
      process: /items-server/,
      signal: 'SIGSTOP',
      outcome: 'refused',
      reason: /candidate was stopped by a signal/,
    },
    {
      name: 'PgBouncer is paused',
      process: /pgbouncer/,
      signal: 'SIGSTOP',
      outcome: 'refused',
      reason: /pooler was stopped by a signal/,
    },
    {
      name: 'Postgres restarts',
      process: /postgres: app /,
      signal: 'SIGKILL',
      outcome: 'refused',
      // The pooler tells its clients, or lets them wait until the database is back.
      reason: /requests failed: .*status 503|no answer in the last \d s|requests were on their way/,
    },
  ];

  testWith(
    ['haproxy', 'pgbouncer'],
    `is told and made up for: ${faults.map(({ name }) => name).join(', ')}`,
    async () => {
      using folder = makeRaceFolder({ good: 'none' }, { blocks: 1, duration: '3s', retries: faults.length });
      const running = startPitwall(['race', folder.plan, '--results', folder.results], { env: { TMPDIR: folder.tmp } });
      for (const [index, { name, process: pattern, signal }] of faults.entries()) {
        await until(name, () => running.output.stderr.split('block 1/1').length > index + 1);
        await until('the load', () => processesNamed(folder.tmp, /load\/process\.js/).length > 0);
        await sleep(1_000);
        process.kill(processesNamed(folder.tmp, pattern)[0]!, signal);
        await until(
          'the end of the round',
          () => running.output.stderr.split(/good (?:failed|refused): /).length > index + 1,
        );
      }
      expect(await running.exited, running.output.stderr).toBe(0);
      expect(processesBelow(folder.tmp)).toEqual([]);
      const { rounds, status, summary } = buildResult(folder).candidates[0]!;
      expect({ status, rounds: summary?.rounds }).toEqual({ status: 'ok', rounds: 1 });
      expect(rounds.map(({ attempt }) => attempt)).toEqual([1, 2, 3, 4, 5]);
      for (const [index, { outcome, reason }] of faults.entries()) {
        expect(rounds[index]!.outcome).toBe(outcome);
        expect(rounds[index]!.reason).toMatch(reason);
      }
      expect(rounds[0]!.code).toBe('stage.died');
      expect(rounds[4]!.outcome).toBe('measured');
    },
    120_000,
  );

  test('when its server fails once or stops answering is told, played again, and warned of', async () => {
    using folder = makeRaceFolder({ shaky: 'fails-once', mute: 'hangs-once' }, { blocks: 2, duration: '3s' });
    const { code, stdout, stderr } = await runPitwall(['race', folder.plan, '--results', folder.results], {
      env: { TMPDIR: folder.tmp },
    });
    expect(code, stderr).toBe(0);
    const race = buildResult(folder);
    const [shaky, mute] = race.candidates;
    for (const candidate of [shaky, mute]) {
      expect(candidate).toMatchObject({ status: 'ok', summary: { rounds: 2 } });
      expect(candidate!.rounds.map(({ outcome }) => outcome)).toEqual(['refused', 'measured', 'measured']);
    }
    expect(shaky!.rounds[0]!.reason).toMatch(/1 of \d+ requests failed: 1 x status 500/);
    expect(mute!.rounds[0]!.reason).toMatch(/no answer in the last \d s/);
    expect(race.gates).toContainEqual(expect.objectContaining({ name: 'refused', candidates: ['mute'] }));
    expect(stdout).toMatch(/1 of 3 rounds of (mute|shaky) were refused or failed .*; likewise (mute|shaky)$/m);
  }, 120_000);

  test('when its server leaks is told beside the number', async () => {
    using folder = makeRaceFolder({ leaky: 'leaks' }, { blocks: 1, duration: '9s' });
    const { code, stderr } = await runPitwall(['race', folder.plan, '--results', folder.results], {
      env: { TMPDIR: folder.tmp },
    });
    expect(code, stderr).toBe(0);
    expect(gateOf(buildResult(folder), 'memory-growth')).toMatchObject({ ok: false, effect: 'warns' });
  }, 60_000);

  test('when another process spins beside it is told, and no verdict is given', async () => {
    using folder = makeRaceFolder({ one: 'none', two: 'none' }, { blocks: 2, duration: '1s' });
    const burner = spawn(process.execPath, ['-e', 'for (;;);']);
    try {
      const { code, stderr } = await runPitwall(['race', folder.plan, '--results', folder.results], {
        env: { TMPDIR: folder.tmp },
      });
      expect(code, stderr).toBe(0);
    } finally {
      burner.kill('SIGKILL');
    }
    const race = buildResult(folder);
    expect(gateOf(race, 'other-load')).toMatchObject({ ok: false, effect: 'withholds' });
    for (const { verdict, reason } of race.comparisons) {
      expect(verdict).toBe('withheld');
      expect(reason).toMatch(/other-load in 2 of 2 rounds of \w+: processes that are no part of the race used \d+ %/);
    }
  }, 60_000);

  test('when the system clock is moved is told, and the round is played again', async () => {
    using folder = makeRaceFolder({ good: 'none' }, { blocks: 1, duration: '2s' });
    const plan = await loadPlan(folder.plan, { roots: [] });
    let offsetMs = 0;
    let ticks = 0;
    const { result } = await runRace(plan, {
      resultsFolder: folder.results,
      strict: false,
      databaseUser: 'nobody',
      candidateUser: 'daemon',
      overrides: {},
      clock: { ...systemClock, unixMs: () => Date.now() + offsetMs },
      signal: new AbortController().signal,
      env: process.env,
      onEvent: ({ kind }) => {
        ticks += kind === 'tick' ? 1 : 0;
        if (ticks === 1) offsetMs = -3_600_000;
      },
    });
    expect(result.candidates[0]!.rounds).toMatchObject([
      { outcome: 'refused', reason: expect.stringMatching(/the system clock moved by -3600\.\d s/) },
      { outcome: 'measured' },
    ]);
  }, 60_000);
});

test('a candidate whose port is taken is out, with what it said about it', async () => {
  using folder = makeRaceFolder({ unlucky: 'port-taken' }, { startTimeout: '2s' });
  const { code } = await runPitwall(['race', folder.plan, '--results', folder.results], {
    env: { TMPDIR: folder.tmp },
  });
  expect(code).toBe(1);
  expect(buildResult(folder).candidates[0]).toMatchObject({
    status: 'failed',
    reason: expect.stringMatching(/ended with code 1 before it was ready[\s\S]*EADDRINUSE/),
  });
}, 60_000);
