import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { assembleResult, type RaceResult, readJournal, readResult } from '../../src/result/index.ts';
import { makeRaceFolder, type RaceFolder } from '../support/race-folder.ts';
import { type RunningPitwall, startPitwall } from '../support/run-pitwall.ts';
import { listeningPorts, portsOf, processesBelow, processesNamed } from '../support/traces.ts';

const long = { duration: '30s', blocks: 1 };

const race = (folder: RaceFolder, ...flags: string[]): RunningPitwall =>
  startPitwall(['race', folder.plan, '--results', folder.results, ...flags], { env: { TMPDIR: folder.tmp } });

const onlyRace = (folder: RaceFolder): string => join(folder.results, readdirSync(folder.results)[0]!);

/** Ports of everything that runs for the race, seen while it is on. */
const portsInUse = (folder: RaceFolder): readonly number[] => {
  const ports = portsOf(processesBelow(folder.tmp));
  expect(ports.length).toBeGreaterThan(0);
  return ports;
};

const expectNothingLeft = (folder: RaceFolder, ports: readonly number[]): void => {
  expect(processesBelow(folder.tmp)).toEqual([]);
  expect(ports.filter((port) => listeningPorts().has(port))).toEqual([]);
  expect(readdirSync(folder.tmp)).toEqual([]);
};

const buildResult = (folder: RaceFolder): RaceResult => {
  const result = readResult(onlyRace(folder));
  // race.json is a function of the journal, so reading the journal back proves that it is whole.
  const { records, torn } = readJournal(onlyRace(folder));
  expect(torn).toBeUndefined();
  expect(assembleResult(records)).toEqual(result);
  return result;
};

describe('a race that is told to stop', () => {
  test.each(['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const)(
    'on %s stops everything, keeps its journal and exits with 130',
    async (signal) => {
      using folder = makeRaceFolder({ good: 'none' }, long);
      const running = race(folder);
      await running.saw('round 1/1');
      await new Promise((resolve) => setTimeout(resolve, 1_000));
      const ports = portsInUse(folder);
      running.child.kill(signal);
      expect(await running.exited).toBe(130);
      expectNothingLeft(folder, ports);
      expect(buildResult(folder)).toMatchObject({
        outcome: 'interrupted',
        candidates: [{ name: 'good', status: 'ok', rounds: [] }],
      });
      expect(running.output.stderr).toContain(`Interrupted by ${signal}`);
    },
  );

  test.each(['stderr', 'stdout and stderr'])('stops as well when nobody reads its %s any more', async (which) => {
    using folder = makeRaceFolder({ good: 'none' }, { duration: '2s', blocks: 20 });
    const running = race(folder);
    await running.saw('round 1/20');
    const ports = portsInUse(folder);
    if (which.includes('stdout')) running.child.stdout!.destroy();
    running.child.stderr!.destroy();
    expect(await running.exited).toBe(130);
    expectNothingLeft(folder, ports);
    expect(buildResult(folder)).toMatchObject({
      outcome: 'interrupted',
      reason: 'Nobody reads standard error any more.',
    });
    expect(readdirSync(onlyRace(folder)).filter((name) => name.startsWith('lock-'))).toEqual([]);
  });

  test('stops as well while it still prepares', async () => {
    using folder = makeRaceFolder({ slow: 'never-ready' }, long);
    const running = race(folder);
    await running.saw('checking that slow');
    running.child.kill('SIGINT');
    expect(await running.exited).toBe(130);
    expectNothingLeft(folder, []);
  });
});

describe('a candidate that fails', () => {
  test('at its start, under load or by never being ready is reported with its last log lines, and the others race on', async () => {
    using folder = makeRaceFolder(
      { good: 'none', stillborn: 'dies-at-start', mortal: 'dies-under-load', mute: 'never-ready' },
      { startTimeout: '3s' },
    );
    const running = race(folder);
    await running.saw('round 1/');
    expect(await running.exited).toBe(1);
    expectNothingLeft(folder, []);
    const result = buildResult(folder);
    const byName = Object.fromEntries(result.candidates.map((candidate) => [candidate.name, candidate]));
    expect(result.outcome).toBe('done');
    expect(byName['good']).toMatchObject({ status: 'ok', summary: { rounds: 2 } });
    expect(byName['stillborn']).toMatchObject({ status: 'failed', rounds: [] });
    expect(byName['stillborn']!.reason).toMatch(/ended with code 3 before it was ready[\s\S]*no luck today/);
    // Played again once, at once, then left out.
    expect(byName['mortal']).toMatchObject({
      status: 'failed',
      rounds: [
        { block: 1, attempt: 1, outcome: 'failed' },
        { block: 1, attempt: 2, outcome: 'failed' },
      ],
    });
    expect(byName['mortal']!.reason).toMatch(/ended with code 7 in the middle of a round[\s\S]*out of luck/);
    expect(byName['mute']).toMatchObject({ status: 'failed' });
    expect(byName['mute']!.reason).toMatch(/not ready after 3 s[\s\S]*fault never-ready/);
    expect(running.output.stderr).toContain('out of luck');
  });

  test('the contract is out of the race, with the path of the difference', async () => {
    using folder = makeRaceFolder({ good: 'none', liar: 'lies', late: 'lies-under-load', sick: 'fails-now-and-then' });
    const running = race(folder);
    expect(await running.exited).toBe(1);
    const byName = Object.fromEntries(buildResult(folder).candidates.map((candidate) => [candidate.name, candidate]));
    expect(byName['liar']).toMatchObject({ status: 'failed', contract: { ok: false }, rounds: [] });
    expect(byName['liar']!.reason).toContain('breaks the contract: the items are listed: at $');
    expect(byName['late']).toMatchObject({ rounds: [{ outcome: 'refused' }, { outcome: 'refused' }] });
    expect(byName['late']!.reason).toMatch(/sampled answers break the contract/);
    expect(byName['sick']!.reason).toMatch(/x status 500/);
    expect(byName['good']!.status).toBe('ok');
  });
});

describe('a candidate that would hold the race up', () => {
  test('by an answer that never comes, or never ends, is left out, and the others race on', async () => {
    using folder = makeRaceFolder(
      { good: 'none', mute: 'answers-ready-only', flood: 'floods' },
      { timeout: '1s', blocks: 1 },
    );
    const running = race(folder);
    expect(await running.exited).toBe(1);
    expectNothingLeft(folder, []);
    const byName = Object.fromEntries(buildResult(folder).candidates.map((candidate) => [candidate.name, candidate]));
    expect(byName['good']).toMatchObject({ status: 'ok', summary: { rounds: 1 } });
    expect(byName['mute']).toMatchObject({ status: 'failed', rounds: [] });
    expect(byName['mute']!.reason).toMatch(/breaks the contract: .* expected an HTTP answer/);
    expect(byName['flood']).toMatchObject({ status: 'failed', rounds: [] });
  });

  test('leaves no process of a session of its own behind', async () => {
    using folder = makeRaceFolder({ parent: 'leaves-a-child' }, { blocks: 1 });
    const running = race(folder);
    expect(await running.exited).toBe(0);
    expectNothingLeft(folder, []);
  });
});

describe('a race that loses its ground', () => {
  test('ends with exit 1 when Postgres is gone in the middle of a round', async () => {
    using folder = makeRaceFolder({ good: 'none' }, long);
    const running = race(folder);
    await running.saw('round 1/1');
    await new Promise((resolve) => setTimeout(resolve, 500));
    const ports = portsInUse(folder);
    const run = join(folder.tmp, readdirSync(folder.tmp)[0]!);
    process.kill(Number(readFileSync(join(run, 'data', 'postmaster.pid'), 'utf8').split('\n')[0]), 'SIGKILL');
    expect(await running.exited).toBe(1);
    expectNothingLeft(folder, ports);
    expect(buildResult(folder)).toMatchObject({ outcome: 'failed', candidates: [{ rounds: [{ outcome: 'failed' }] }] });
    expect(running.output.stderr).toContain('database');
  });

  /** Under load all of the round's parts are there, however slow the machine is. */
  const startUnderLoad = async (folder: RaceFolder) => {
    const running = race(folder);
    await running.saw('round 1/1');
    await expect
      .poll(() => processesNamed(folder.tmp, /load\/process\.js/).length, { timeout: 30_000, interval: 50 })
      .toBeGreaterThan(0);
    return { running, ports: portsInUse(folder) };
  };
  const expectUnfinished = (folder: RaceFolder): void => {
    const killed = onlyRace(folder);
    expect(existsSync(join(killed, 'race.json'))).toBe(false);
    expect(assembleResult(readJournal(killed).records).outcome).toBe('unfinished');
  };
  const raceAgain = (folder: RaceFolder) => race(folder, '--blocks', '1', '--duration', '300ms');

  test('and was killed with SIGKILL leaves nothing behind: its agent ends what it started', async () => {
    using folder = makeRaceFolder({ good: 'none' }, long);
    const { running, ports } = await startUnderLoad(folder);
    running.child.kill('SIGKILL');
    expect(await running.exited).toBe(137);
    await expect.poll(() => processesBelow(folder.tmp), { timeout: 20_000, interval: 100 }).toEqual([]);
    await expect.poll(() => readdirSync(folder.tmp), { timeout: 5_000 }).toEqual([]);
    expectUnfinished(folder);

    const next = raceAgain(folder);
    expect(await next.exited).toBe(0);
    expect(next.output.stderr).not.toContain('was killed');
    expectNothingLeft(folder, ports);
  });

  test('and was killed with its agent and the agent’s keeper is cleaned up by the next one', async () => {
    using folder = makeRaceFolder({ good: 'none' }, long);
    const { running, ports } = await startUnderLoad(folder);
    const agent = Number(/^pitwall-(\d+)-/.exec(readdirSync(folder.tmp)[0]!)![1]);
    const [keeper] = processesNamed(folder.tmp, /pitwall-keeper/);
    // It would begin at once when its agent is gone.
    process.kill(keeper!, 'SIGSTOP');
    running.child.kill('SIGKILL');
    process.kill(agent, 'SIGKILL');
    process.kill(keeper!, 'SIGKILL');
    expect(await running.exited).toBe(137);
    expect(processesBelow(folder.tmp).length).toBeGreaterThan(0);
    expectUnfinished(folder);

    const next = raceAgain(folder);
    expect(await next.exited).toBe(0);
    expect(next.output.stderr).toMatch(/A pitwall was killed and left .* behind: ended .*good/);
    expectNothingLeft(folder, ports);
  });
});
