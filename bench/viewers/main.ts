import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { systemClock } from '../../src/base/index.ts';
import { readPageAssets } from '../../src/cli/race/page-assets.ts';
import { openLivePage } from '../../src/cli/web/live-page.ts';
import { createRandom, ratioInterval } from '../../src/stats/index.ts';
import { startScript } from '../wire/child.ts';

/*
 * What viewers of the live page cost a race: pairs of rounds, one with 20 viewers of whom one never reads and one with
 * none, in random order. The page is told of every second, as in a race; load and server are processes of their own.
 *
 *     npm run bench:viewers [-- PAIRS SECONDS VIEWERS]
 */
const [pairs, seconds, viewers] = [
  Number(process.argv[2] ?? 10),
  Number(process.argv[3] ?? 4),
  Number(process.argv[4] ?? 20),
];
const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const run = promisify(execFile);
const candidate = 'a candidate';

await using server = startScript('../viewers/server.ts');
const target = `http://127.0.0.1:${await server.nextLine()}/`;

interface Round {
  readonly requestsPerSecond: number;
  /** Of this process, which is the race's: the page is served by it. */
  readonly cpuMs: number;
}

const playRound = async (watchers: number, block: number): Promise<Round> => {
  const head = {
    name: 'bench',
    about: 'What do viewers cost?',
    conditions: '',
    candidates: [candidate],
    blocks: pairs,
  };
  await using live = await openLivePage(0, head, readPageAssets('live'), systemClock);
  await using watching = watchers === 0 ? undefined : startScript('../viewers/viewers.ts', live.url, watchers);
  await watching?.nextLine();
  live.send({ kind: 'round-started', candidate, block, blocks: pairs, played: block, rounds: pairs, secondsLeft: 60 });
  let elapsedMs = 0;
  const before = process.cpuUsage();
  const ticking = setInterval(() => {
    elapsedMs += 1_000;
    live.send({ kind: 'tick', candidate, elapsedMs, requestsPerSecond: 1_000, p99Ms: 12.5 });
  }, 1_000);
  const { stdout } = await run(process.execPath, [
    main,
    'load',
    target,
    '-z',
    `${seconds}s`,
    '-c',
    '50',
    '--no-tui',
    '-j',
  ]);
  clearInterval(ticking);
  const { user, system } = process.cpuUsage(before);
  const { summary } = JSON.parse(stdout) as { readonly summary: { readonly requestsPerSec: number } };
  return { requestsPerSecond: summary.requestsPerSec, cpuMs: (user + system) / 1_000 };
};

const random = createRandom(1);
const withViewers: Round[] = [];
const without: Round[] = [];
for (let block = 1; block <= pairs; block += 1) {
  const order = random.uniform() < 0.5 ? [viewers, 0] : [0, viewers];
  for (const watchers of order) (watchers === 0 ? without : withViewers).push(await playRound(watchers, block));
}

const rates = (rounds: readonly Round[]): readonly number[] => rounds.map(({ requestsPerSecond }) => requestsPerSecond);
const cpuMs = (rounds: readonly Round[]): number =>
  rounds.reduce((sum, round) => sum + round.cpuMs, 0) / rounds.length / seconds;
const ratio = ratioInterval(rates(withViewers), rates(without));
const interval = ratio.kind === 'interval' ? ` [${ratio.low.toFixed(4)}, ${ratio.high.toFixed(4)}]` : '';
process.stdout.write(
  `${pairs} pairs of ${seconds} s: rate with ${viewers} viewers / without: ${ratio.ratio.toFixed(4)}${interval}\n` +
    `CPU of the race's process: ${cpuMs(withViewers).toFixed(2)} ms a second with them, ${cpuMs(without).toFixed(2)} without\n`,
);
