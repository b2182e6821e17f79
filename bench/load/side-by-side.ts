/*
 * pitwall beside oha, wrk and k6 on a server whose truth is known: 10 connections on a fixed delay (closed loop: 200 and 2,000
 * requests/s), the same rates as open loops, and an open loop through a stall. Tools take turns; each figure is the median of
 * the rounds, the note is of the last.
 *
 *     node --import jiti/register bench/load/side-by-side.ts [--seconds 10] [--rounds 3]
 */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import { startTruthServer, type TruthServer } from '../../test/support/truth.ts';

const run = promisify(execFile);
const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const { values: given } = parseArgs({
  options: { seconds: { type: 'string', default: '10' }, rounds: { type: 'string', default: '3' } },
});
const seconds = Number(given.seconds);
const rounds = Number(given.rounds);
const connections = 10;
const stallMs = 1_000;

/** Milliseconds, and requests/s. */
interface Seen {
  readonly rate: number;
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
  readonly note?: string;
}

type Tool = (url: string, ratePerS: number | undefined) => Promise<Seen>;
const found = (name: string): string => process.env[`BENCH_${name.toUpperCase()}`] ?? name;

const pitwall: Tool = async (url, ratePerS) => {
  const rate = ratePerS === undefined ? [] : ['-q', String(ratePerS)];
  const { stdout } = await run(
    process.execPath,
    [main, 'load', '-c', String(connections), '-z', `${seconds}s`, ...rate, '-j', '--no-ceiling', url],
    { maxBuffer: 1e9 },
  );
  const { pitwall: result } = JSON.parse(stdout) as {
    pitwall: { requestsPerSecond: number; latencyMs: Seen; responseMs?: Seen; counts: Record<string, number> };
  };
  const { p50, p99, max } = result.responseMs ?? result.latencyMs;
  const note =
    result.responseMs === undefined ? '' : `service p99 ${result.latencyMs.p99.toFixed(2)}; ${shown(result.counts)}`;
  return { rate: result.requestsPerSecond, p50, p99, max, note };
};

const shown = (counts: Readonly<Record<string, number>>): string =>
  Object.entries(counts)
    .filter(([, count]) => count > 0)
    .map(([name, count]) => `${name} ${count}`)
    .join(', ');

const oha =
  (...extra: string[]): Tool =>
  async (url, ratePerS) => {
    const rate = ratePerS === undefined ? [] : ['-q', String(ratePerS), ...extra];
    const { stdout } = await run(found('oha'), [
      '--no-tui',
      '-c',
      String(connections),
      '-z',
      `${seconds}s`,
      ...rate,
      '--output-format',
      'json',
      url,
    ]);
    const { summary, latencyPercentiles, errorDistribution } = JSON.parse(stdout) as {
      summary: { requestsPerSec: number; slowest: number };
      latencyPercentiles: { p50: number; p99: number };
      errorDistribution: Record<string, number>;
    };
    return {
      rate: summary.requestsPerSec,
      p50: latencyPercentiles.p50 * 1_000,
      p99: latencyPercentiles.p99 * 1_000,
      max: summary.slowest * 1_000,
      note: shown(errorDistribution),
    };
  };

const wrk: Tool = async (url) => {
  const { stdout } = await run(found('wrk'), ['-t1', `-c${connections}`, `-d${seconds}s`, '--latency', url]);
  const ms = (pattern: RegExp): number => {
    const [, number, unit] = pattern.exec(stdout) ?? [];
    return Number(number) * ({ us: 0.001, ms: 1, s: 1_000 }[unit ?? ''] ?? Number.NaN);
  };
  return {
    rate: Number(/Requests\/sec:\s+([\d.]+)/.exec(stdout)?.[1]),
    p50: ms(/50%\s+([\d.]+)(us|ms|s)/),
    p99: ms(/99%\s+([\d.]+)(us|ms|s)/),
    max: ms(/Latency\s+\S+\s+\S+\s+([\d.]+)(us|ms|s)/),
  };
};

const k6: Tool = async (url, ratePerS) => {
  const folder = await mkdtemp(join(tmpdir(), 'pitwall-k6-'));
  const scenario =
    ratePerS === undefined
      ? { executor: 'constant-vus', vus: connections, duration: `${seconds}s`, gracefulStop: '0s' }
      : {
          executor: 'constant-arrival-rate',
          rate: ratePerS,
          timeUnit: '1s',
          duration: `${seconds}s`,
          preAllocatedVUs: connections,
          maxVUs: connections,
          gracefulStop: '0s',
        };
  const options = { scenarios: { load: scenario }, summaryTrendStats: ['med', 'p(99)', 'max'] };
  await writeFile(
    join(folder, 'k6.js'),
    `import http from 'k6/http';\nexport const options = ${JSON.stringify(options)};\nexport default () => { http.get(${JSON.stringify(url)}); };\n`,
  );
  await run(
    found('k6'),
    ['run', '--quiet', '--no-usage-report', '--summary-export', join(folder, 'summary.json'), join(folder, 'k6.js')],
    { maxBuffer: 1e9 },
  );
  const { metrics } = JSON.parse(await readFile(join(folder, 'summary.json'), 'utf8')) as {
    metrics: Record<string, Record<string, number>>;
  };
  await rm(folder, { recursive: true });
  const times = metrics['http_req_duration']!;
  const dropped = metrics['dropped_iterations']?.['count'];
  return {
    rate: metrics['http_reqs']!['rate']!,
    p50: times['med']!,
    p99: times['p(99)']!,
    max: times['max']!,
    ...(dropped !== undefined && { note: `dropped ${dropped}` }),
  };
};

const print = (text: string): void => void process.stdout.write(`${text}\n`);

const compare = async (
  title: string,
  tools: Readonly<Record<string, Tool>>,
  serviceMs: number,
  ratePerS: number | undefined,
  disturb: (server: TruthServer) => Promise<void> = async () => {},
): Promise<void> => {
  print(`\n${title}`);
  print(`${'tool'.padEnd(26)}${['req/s', 'p50 ms', 'p99 ms', 'max ms'].map((head) => head.padStart(10)).join('')}`);
  const seen = new Map<string, Seen[]>();
  for (let round = 0; round < rounds; round++) {
    for (const [name, tool] of Object.entries(tools)) {
      await using server = await startTruthServer({ service: { kind: 'fixed', meanMs: serviceMs }, seed: 1 });
      try {
        const [one] = await Promise.all([tool(`http://127.0.0.1:${server.port}/`, ratePerS), disturb(server)]);
        seen.set(name, [...(seen.get(name) ?? []), one]);
      } catch (error) {
        if (round === 0) print(`${name} left out: ${String(error).split('\n')[0]}`);
      }
    }
  }
  for (const [name, all] of seen) {
    const cells = (['rate', 'p50', 'p99', 'max'] as const).map((key) =>
      median(all.map((one) => one[key]))
        .toFixed(2)
        .padStart(10),
    );
    print(`${name.padEnd(26)}${cells.join('')}  ${all.at(-1)?.note ?? ''}`);
  }
};

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1]!;

const stall = async (server: TruthServer): Promise<void> => {
  await sleep((seconds * 1_000) / 2);
  server.freeze();
  await sleep(stallMs);
  server.thaw();
};

const closed = { pitwall, oha: oha(), wrk, k6 };
const open = { pitwall, 'oha -q': oha(), 'oha -q with correction': oha('--latency-correction'), k6 };
await compare(`closed loop, ${connections} connections, 50 ms: the truth is 200/s and 50 ms`, closed, 50, undefined);
await compare(`closed loop, ${connections} connections, 5 ms: the truth is 2,000/s and 5 ms`, closed, 5, undefined);
await compare('open loop, 200/s, 5 ms', open, 5, 200);
await compare('open loop, 2,000/s, 2 ms', open, 2, 2_000);
await compare(
  `open loop, 200/s, 5 ms, frozen for ${stallMs} ms: p99 is ${stallMs - seconds * 10} ms, the slowest ${stallMs} ms`,
  open,
  5,
  200,
  stall,
);
