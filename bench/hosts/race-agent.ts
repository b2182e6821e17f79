import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/*
 * The agent's share of a core while the load of a real race runs: from the load generator's start to its end, warm-up included.
 *
 *     node --import jiti/register bench/hosts/race-agent.ts [PLAN]     part of `npm run bench:hosts`
 */
const [plan = 'plans/quick.yaml'] = process.argv.slice(2);

/** CPU time of all threads, in ms; undefined when the process is gone. */
const cpuMs = (pid: number): number | undefined => {
  try {
    const tasks = `/proc/${pid}/task`;
    return readdirSync(tasks).reduce(
      (sum, task) => sum + Number(readFileSync(`${tasks}/${task}/schedstat`, 'latin1').split(' ')[0]) / 1e6,
      0,
    );
  } catch {
    return undefined;
  }
};

const childrenOf = (pid: number): readonly number[] => {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, 'latin1').trim().split(' ').filter(Boolean).map(Number);
  } catch {
    return [];
  }
};

const runs = (pid: number, program: string): boolean => {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'latin1').includes(program);
  } catch {
    return false;
  }
};

const results = mkdtempSync(join(tmpdir(), 'bench-hosts-'));
const race = spawn(
  process.execPath,
  ['dist/cli/main.js', 'race', plan, '--blocks', '2', '--duration', '10s', '--results', results],
  { stdio: ['ignore', 'ignore', 'inherit'] },
);
const shares: number[] = [];
let round:
  | { readonly load: number; readonly startedMs: number; readonly beganMs: number; lastMs: number; endedMs: number }
  | undefined;
const close = (): void => {
  if (round === undefined) return;
  const seconds = (round.endedMs - round.startedMs) / 1_000;
  // Calibration and contract start no load generator for so long.
  if (seconds > 5) shares.push((round.lastMs - round.beganMs) / 1_000 / seconds);
  round = undefined;
};
while (race.exitCode === null && race.signalCode === null) {
  const agent = childrenOf(race.pid!).find((pid) => runs(pid, 'dist/agent/main.js'));
  const load = agent === undefined ? undefined : childrenOf(agent).find((pid) => runs(pid, 'dist/load/process.js'));
  if (round !== undefined && load !== round.load) close();
  const usedMs = agent === undefined ? undefined : cpuMs(agent);
  const nowMs = performance.now();
  if (load !== undefined && usedMs !== undefined) {
    round ??= { load, startedMs: nowMs, beganMs: usedMs, lastMs: usedMs, endedMs: nowMs };
    Object.assign(round, { lastMs: usedMs, endedMs: nowMs });
  }
  await sleep(50);
}
close();
rmSync(results, { recursive: true });
const percents = shares.map((share) => 100 * share).sort((a, b) => a - b);
const at = (index: number): string => (percents[index] ?? Number.NaN).toFixed(2);
process.stdout.write(
  `agent in ${percents.length} rounds of ${plan}: ${at(Math.floor(percents.length / 2))} % of a core (median; ${at(0)} to ${at(percents.length - 1)})\n`,
);
process.exitCode = race.exitCode ?? 1;
