import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readResult } from '../../../src/result/index.ts';
import { hasNetem } from '../../support/netem.ts';
import { testWith } from '../../support/parts.ts';
import { makeRaceFolder, type RaceFolder } from '../../support/race-folder.ts';
import { runPitwall, startPitwall } from '../../support/run-pitwall.ts';
import { processesBelow } from '../../support/traces.ts';

const buildResult = (folder: RaceFolder) => readResult(join(folder.results, readdirSync(folder.results)[0]!));

const grantsRealTime = spawnSync('chrt', ['--rr', '1', 'true']).status === 0;

const commandLine = (pid: number): string => {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    return '';
  }
};

const race = (folder: RaceFolder) =>
  startPitwall(['race', folder.plan, '--results', folder.results], { env: { TMPDIR: folder.tmp } });

describe('links', () => {
  testWith(
    ['haproxy', 'pgbouncer'],
    'make a request as late as was asked, and the result has the delay that was achieved',
    async () => {
      using folder = makeRaceFolder(
        { good: 'none' },
        { blocks: 1, links: { 'client-proxy': '20ms', 'server-database': '10ms' }, calibration: { requests: 5 } },
      );
      const running = race(folder);
      expect(await running.exited, running.output.stderr).toBe(0);
      const round = buildResult(folder).candidates[0]!.rounds[0]!;
      for (const [place, asked] of Object.entries({ 'client-proxy': 20, 'server-database': 10 })) {
        const { rttMs, by, isRealTime } = round.links![place]!;
        expect(by).toBe('relay');
        expect(rttMs.asked).toBe(asked);
        expect(rttMs.p50).toBeGreaterThanOrEqual(asked);
        expect(isRealTime).toBe(grantsRealTime);
      }
      // One statement a request: both links once.
      expect(round.latencyMs!.min).toBeGreaterThanOrEqual(30);
      expect(round.ledger!.perRequest).toBeGreaterThanOrEqual(1);
      expect(round.components!.map(({ name }) => name)).toEqual([
        'load',
        'client-link',
        'proxy',
        'candidate',
        'tap',
        'pooler',
        'database',
      ]);
    },
    90_000,
  );

  test('of no delay at all and of two seconds work alike', async () => {
    using folder = makeRaceFolder(
      { good: 'none' },
      {
        blocks: 1,
        duration: '8s',
        warmup: '0s',
        links: { 'client-proxy': '2s', 'server-database': '0ms' },
        calibration: false,
      },
    );
    const running = race(folder);
    expect(await running.exited, running.output.stderr).toBe(0);
    expect(buildResult(folder).candidates[0]!.rounds[0]!.latencyMs!.p50).toBeGreaterThanOrEqual(2_000);
  });

  test('that die in the middle of a round cost that round, and the race goes on', async () => {
    using folder = makeRaceFolder(
      { good: 'none' },
      { blocks: 1, duration: '3s', links: { 'server-database': '1ms' }, calibration: false },
    );
    const running = race(folder);
    await running.saw('round 1/1');
    let relay: number | undefined;
    for (let tries = 0; tries < 100 && relay === undefined; tries += 1) {
      await new Promise((resolve) => setTimeout(resolve, 50));
      const pids = processesBelow(folder.tmp);
      const loads = pids.some((pid) => commandLine(pid).includes('load/process.js'));
      if (loads) relay = pids.find((pid) => commandLine(pid).includes('relay/process.js'));
    }
    await new Promise((resolve) => setTimeout(resolve, 500));
    process.kill(relay!, 'SIGKILL');
    expect(await running.exited, running.output.stderr).toBe(0);
    const [killed, repeated] = buildResult(folder).candidates[0]!.rounds;
    expect(killed).toMatchObject({
      outcome: 'failed',
      attempt: 1,
      reason: expect.stringContaining('tap ended with SIGKILL'),
    });
    expect(repeated).toMatchObject({ outcome: 'measured', attempt: 2 });
  });
});

describe('placement', () => {
  test('keeps a component on the processors that the plan gives it', async () => {
    using folder = makeRaceFolder({ good: 'none' }, { blocks: 1, duration: '3s', cpus: { load: '0', candidate: '0' } });
    const running = race(folder);
    await running.saw('round 1/1');
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    const placed = processesBelow(folder.tmp).filter((pid) => /load\/process\.js|items-server/.test(commandLine(pid)));
    expect(placed.length).toBeGreaterThanOrEqual(2);
    for (const pid of placed) {
      expect(readFileSync(`/proc/${pid}/status`, 'utf8')).toMatch(/^Cpus_allowed_list:\t0$/m);
    }
    expect(await running.exited, running.output.stderr).toBe(0);
  });

  test.runIf(process.getuid?.() === 0)(
    'gives each role a network namespace of its own, and takes them away again',
    async () => {
      using folder = makeRaceFolder(
        { good: 'none' },
        {
          blocks: 1,
          hosts: 'namespaces',
          tap: 'calibration',
          links: { 'client-proxy': '20ms', 'server-database': '5ms' },
          calibration: { requests: 5 },
        },
      );
      const { code, stderr } = await runPitwall(['race', folder.plan, '--results', folder.results], {
        env: { TMPDIR: folder.tmp },
      });
      expect(code, stderr).toBe(0);
      const candidate = buildResult(folder).candidates[0]!;
      expect(candidate).toMatchObject({ status: 'ok', rounds: [{ outcome: 'measured' }] });
      // The kernel delays where it can, and pitwall's relay elsewhere; both are measured.
      const by = hasNetem() ? 'kernel' : 'relay';
      const { links, latencyMs } = candidate.rounds[0]!;
      expect(links).toMatchObject({ 'client-proxy': { by }, 'server-database': { by } });
      expect(links!['client-proxy']!.rttMs.p50).toBeGreaterThanOrEqual(20);
      expect(links!['server-database']!.rttMs.p50).toBeGreaterThanOrEqual(5);
      expect(latencyMs!.min).toBeGreaterThanOrEqual(25);
      // What the tap sees of the database side is without the link.
      expect(candidate.calibration!.roundTrips).toBeGreaterThanOrEqual(1);
      expect(candidate.calibration!.serverMs).toBeLessThan(5);
      const bridges = readdirSync('/sys/class/net').filter((name) => /^pw[0-9a-f]{4}/.test(name));
      const namespaces = tryList('/run/netns').filter((name) => name.startsWith('pitwall-'));
      expect([...bridges, ...namespaces]).toEqual([]);
    },
  );
});

const tryList = (folder: string): readonly string[] => {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
};
