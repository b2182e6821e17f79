import { type ChildProcess, spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { type RaceResult, readResult } from '../../../src/result/index.ts';
import { makeRaceFolder, type RaceFolder, repository, writeCandidate } from '../../support/race-folder.ts';
import { runPitwall, startPitwall } from '../../support/run-pitwall.ts';
import { processesNamed } from '../../support/traces.ts';
import { until } from '../../support/until.ts';

/**
 * What is caused here is caused in time, and a machine that stands still for a second can spoil it: the slow round is refused for another
 * reason, or the fall is at the edge of what is looked at. Then it is caused anew.
 */
const onBusyMachines = { timeout: 90_000, retry: 2 };

type Stages = Readonly<Record<string, string>>;

/** A plan of servers whose rate is known and changes as told (test/fixtures/candidates/staged-server.cjs). */
const makeStagedFolder = (servers: Readonly<Record<string, Stages>>, plan: Readonly<Record<string, unknown>>) => {
  const folder = makeRaceFolder(
    {},
    {
      workload: join(repository, 'test', 'fixtures', 'workloads', 'truth'),
      candidates: Object.keys(servers).map((name) => `./candidates/${name}`),
      connections: 6,
      proxy: false,
      pooler: false,
      ...plan,
    },
  );
  for (const [name, stages] of Object.entries(servers)) {
    writeCandidate(folder.folder, name, 'staged-server.cjs', {
      ...stages,
      START_FILE: join(folder.folder, `${name}.starts`),
    });
  }
  return folder;
};

const readRace = (folder: RaceFolder): RaceResult => readResult(join(folder.results, readdirSync(folder.results)[0]!));

const race = async (folder: RaceFolder): Promise<RaceResult> => {
  const { code, stderr } = await runPitwall(['race', folder.plan, '--results', folder.results], {
    env: { TMPDIR: folder.tmp },
  });
  expect(code, stderr).toBe(0);
  return readRace(folder);
};

const gatesOf = ({ candidates }: RaceResult, name: string) =>
  candidates.flatMap(({ rounds }) => rounds.flatMap(({ gates = [] }) => gates.filter((gate) => gate.name === name)));

test('steady-state: a server that falls to two thirds in the middle of a round', onBusyMachines, async () => {
  // A level is seen from four seconds on, and counts from the middle on: 8.75 s have room for a second and more on either side.
  using folder = makeStagedFolder({ sags: { SLOW_AFTER: '1750' } }, { blocks: 1, duration: '15s', warmup: '0s' });
  const [gate] = gatesOf(await race(folder), 'steady-state');
  expect(gate).toMatchObject({ ok: false, effect: 'withholds' });
  expect(gate!.reason).toMatch(/^throughput went from (?:19|20)\d to 13\d a second after [89] s/);
});

test('settled: a server that falls to two thirds in the middle of the time it is given', onBusyMachines, async () => {
  using folder = makeStagedFolder({ sags: { SLOW_AFTER: '800' } }, { blocks: 1, settle: '9s' });
  const [gate] = gatesOf(await race(folder), 'settled');
  expect(gate).toMatchObject({ ok: false, effect: 'withholds' });
  expect(gate!.reason).toMatch(/^throughput had not settled after [89] s/);
});

test(
  'ratio-drift and outlier: a server that each start makes slower, and one with a single slow start',
  onBusyMachines,
  async () => {
    const servers = { even: {}, tires: { SLOW_PER_START: '0.08' }, stumbles: { SLOW_START: '4' } };
    using folder = makeStagedFolder(servers, { blocks: 6, duration: '1s', warmup: '100ms', retries: 3 });
    const { gates, comparisons, candidates } = await race(folder);
    expect(gates).toContainEqual(
      expect.objectContaining({
        name: 'ratio-drift',
        ok: false,
        candidates: expect.arrayContaining(['even', 'tires']),
      }),
    );
    const pair = comparisons.find(
      ({ a, b, metric }) => metric === 'requestsPerSecond' && [a, b].sort().join() === 'even,tires',
    );
    expect(pair).toMatchObject({ verdict: 'withheld', reason: expect.stringMatching(/changed by -?\d+ %/) });
    expect(gates).toContainEqual(
      expect.objectContaining({ name: 'outlier', ok: false, effect: 'warns', candidates: ['stumbles'] }),
    );
    // It is kept.
    expect(candidates.find(({ name }) => name === 'stumbles')!.summary!.rounds).toBe(6);
  },
);

test('link: a relay that is stopped for most of the time', onBusyMachines, async () => {
  using folder = makeRaceFolder(
    { good: 'none' },
    { blocks: 1, duration: '6s', links: { 'client-proxy': '20ms' }, calibration: false, retries: 0 },
  );
  const running = startPitwall(['race', folder.plan, '--results', folder.results], { env: { TMPDIR: folder.tmp } });
  const relay = await until('the load', () =>
    processesNamed(folder.tmp, /load\/process\.js/).length > 0
      ? processesNamed(folder.tmp, /relay\/process\.js/)[0]
      : undefined,
  );
  // What comes while it runs is due while it is stopped. Left alone in the last second: a round that ends with a stopped component is refused for that.
  for (const end = Date.now() + 5_300; Date.now() < end; ) {
    process.kill(relay, 'SIGSTOP');
    await sleep(12);
    process.kill(relay, 'SIGCONT');
    await sleep(3);
  }
  expect(await running.exited, running.output.stderr).toBe(0);
  const [gate] = gatesOf(readRace(folder), 'link');
  expect(gate).toMatchObject({ ok: false, effect: 'withholds' });
  expect(gate!.reason).toMatch(/^the link client-proxy was asked for 20 ms and took \d+\.\d\d ms/);
});

test.runIf(process.platform === 'linux' && availableParallelism() > 1)(
  'client-wait: processes that spin on the core of the load generator',
  onBusyMachines,
  async () => {
    using folder = makeRaceFolder(
      { good: 'none' },
      { blocks: 1, duration: '2s', cpus: { load: '0', candidate: '1' }, retries: 3 },
    );
    const burners: readonly ChildProcess[] = Array.from({ length: 2 }, () =>
      spawn('taskset', [
        '-c',
        '0',
        process.execPath,
        '-e',
        'for (const end = Date.now() + 50_000; Date.now() < end; );',
      ]),
    );
    try {
      const [gate] = gatesOf(await race(folder), 'client-wait');
      expect(gate).toMatchObject({ ok: false, effect: 'warns' });
      expect(gate!.reason).toMatch(/^the load generator waited for a core \d+ % of the time/);
    } finally {
      for (const burner of burners) burner.kill('SIGKILL');
    }
  },
);
