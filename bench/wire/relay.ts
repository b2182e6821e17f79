import { spawnSync } from 'node:child_process';
import { request } from 'node:http';
import { systemClock as clock } from '../../src/base/index.ts';
import { decodeHistogram, findMedian, Histogram } from '../../src/stats/index.ts';
import { startRecorder } from '../../src/telemetry/index.ts';
import type { LinkSnapshot } from '../../src/wire/index.ts';
import { type Child, freePort, startBuilt, startChild, startScript } from './child.ts';

/*
 * pitwall's relay beside toxiproxy (Go): error of the delay, and CPU, at the same rate in the same run.
 *
 *     npm run bench:relay [-- ROUNDS SECONDS LOADS]      TOXIPROXY=path of toxiproxy-server
 */
const rounds = Number(process.argv[2] ?? 5);
const seconds = Number(process.argv[3] ?? 4);
const toxiproxyServer = process.env['TOXIPROXY'] ?? 'toxiproxy-server';
const loads = [
  { connections: 20, perSecond: 4000 },
  { connections: 1, perSecond: 150 },
  // Few connections that fall into step with the relay's naps, where it naps for too long.
  { connections: 5, perSecond: 2000 },
].slice(0, Number(process.argv[4] ?? 3));

interface Relay extends AsyncDisposable {
  readonly port: number;
  readonly pid: number | undefined;
  /** The median of what it says itself that it delayed. */
  achievedMs?(): Promise<number | undefined>;
}
interface Contender {
  readonly name: string;
  readonly askedMs: number;
  start(upstreamPort: number): Promise<Relay>;
}

const pitwall = (rttMs: number | undefined): Contender => ({
  name: rttMs === undefined ? 'pitwall relay, no link' : `pitwall relay, ${rttMs} ms`,
  askedMs: rttMs ?? 0,
  async start(upstreamPort) {
    const child = startBuilt('wire/relay/process.js');
    child.send(JSON.stringify({ listen: '127.0.0.1:0', upstream: `127.0.0.1:${upstreamPort}`, count: 'none', rttMs }));
    const { port } = JSON.parse(await child.nextLine()) as { port: number };
    return {
      port,
      pid: child.pid,
      async achievedMs() {
        child.send('{"type":"snapshot","id":1}');
        const { link } = JSON.parse(await child.nextLine()) as { link: LinkSnapshot };
        return link.rtt?.p50Ms;
      },
      [Symbol.asyncDispose]: () => child[Symbol.asyncDispose](),
    };
  },
});

/** Its latency is a whole number of milliseconds each way. */
const toxiproxy = (rttMs: number): Contender => ({
  name: rttMs === 0 ? 'toxiproxy, no toxic' : `toxiproxy, ${rttMs} ms`,
  askedMs: rttMs,
  async start(upstreamPort) {
    const apiPort = await freePort();
    const child: Child = startChild(toxiproxyServer, ['-port', String(apiPort)]);
    const upstream = `127.0.0.1:${upstreamPort}`;
    const { listen } = (await untilAnswered(() =>
      post(apiPort, '/proxies', { name: 'p', listen: '127.0.0.1:0', upstream }),
    )) as {
      listen: string;
    };
    for (const stream of rttMs === 0 ? [] : ['upstream', 'downstream']) {
      await post(apiPort, '/proxies/p/toxics', { type: 'latency', stream, attributes: { latency: rttMs / 2 } });
    }
    return {
      port: Number(listen.split(':').at(-1)),
      pid: child.pid,
      async [Symbol.asyncDispose]() {
        process.kill(child.pid, 'SIGTERM');
        await child[Symbol.asyncDispose]();
      },
    };
  },
});

const post = (port: number, path: string, body: object): Promise<unknown> =>
  new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, path, method: 'POST' }, (answer) => {
      let text = '';
      answer.on('data', (chunk) => {
        text += chunk;
      });
      answer.on('end', () => resolve(JSON.parse(text)));
    });
    sent.on('error', reject);
    sent.end(JSON.stringify(body));
  });
const untilAnswered = async (ask: () => Promise<unknown>): Promise<unknown> => {
  for (let tries = 0; ; tries += 1) {
    try {
      return await ask();
    } catch (error) {
      if (tries > 50) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
};

const direct: Contender = {
  name: 'no relay',
  askedMs: 0,
  start: async (port) => ({ port, pid: undefined, [Symbol.asyncDispose]: async () => {} }),
};
const hasToxiproxy = spawnSync(toxiproxyServer, ['-version']).error === undefined;
const contenders = [
  direct,
  pitwall(undefined),
  ...(hasToxiproxy ? [toxiproxy(0)] : []),
  pitwall(1),
  pitwall(3.6),
  pitwall(4),
  ...(hasToxiproxy ? [toxiproxy(4)] : []),
];
if (!hasToxiproxy)
  process.stdout.write(
    'toxiproxy: not installed (go install github.com/Shopify/toxiproxy/v2/cmd/server@latest; TOXIPROXY=its path)\n',
  );

const measure = async (contender: Contender, load: (typeof loads)[number], echoPort: number) => {
  await using relay = await contender.start(echoPort);
  await using clients = startScript('paced-clients.ts', relay.port, load.connections, load.perSecond, seconds);
  // The clients begin by themselves; the relay's CPU is taken over the middle of their run.
  await new Promise((resolve) => setTimeout(resolve, 1500));
  const recorder =
    relay.pid === undefined
      ? undefined
      : startRecorder({ targets: [{ name: contender.name, pid: relay.pid }], intervalMs: 1000, clock });
  await new Promise((resolve) => setTimeout(resolve, (seconds - 2) * 1000));
  const cpuPercent = recorder?.stop()[0]?.cpuPercent;
  const { trips, histogram } = JSON.parse(await clients.nextLine()) as { trips: number; histogram: string };
  return { trips, histogram: decodeHistogram(histogram), cpuPercent, achievedMs: await relay.achievedMs?.() };
};

await using echo = startScript('echo-server.ts');
const echoPort = Number(await echo.nextLine());
for (const load of loads) {
  const results = contenders.map(() => ({
    p50: [] as number[],
    p99: [] as number[],
    cpu: [] as number[],
    achieved: [] as number[],
    all: new Histogram(60e9),
  }));
  for (let round = 0; round < rounds; round += 1) {
    for (const [index, contender] of contenders.entries()) {
      const { histogram, cpuPercent, achievedMs } = await measure(contender, load, echoPort);
      const result = results[index]!;
      result.p50.push(histogram.quantile(0.5) / 1e6);
      result.p99.push(histogram.quantile(0.99) / 1e6);
      result.all.merge(histogram);
      if (cpuPercent !== undefined) result.cpu.push(cpuPercent);
      if (achievedMs !== undefined) result.achieved.push(achievedMs);
    }
  }
  process.stdout.write(
    `\n${load.connections} connections, ${load.perSecond} round trips/s asked, median of ${rounds} rounds of ${seconds} s\n` +
      '                          asked ms   p50 ms   p99 ms   p50 - asked   CPU %   trips/s   own p50   least: p50   p99   CPU %\n',
  );
  for (const [index, { name, askedMs }] of contenders.entries()) {
    const { p50, p99, cpu, achieved, all } = results[index]!;
    const row = [
      name.padEnd(25),
      askedMs.toFixed(1).padStart(9),
      findMedian(p50).toFixed(2).padStart(8),
      findMedian(p99).toFixed(2).padStart(8),
      (findMedian(p50) - askedMs).toFixed(2).padStart(13),
      (cpu.length === 0 ? '-' : findMedian(cpu).toFixed(1)).padStart(7),
      (all.total / rounds / (seconds - 0.2)).toFixed(0).padStart(9),
      (achieved.length === 0 ? '-' : findMedian(achieved).toFixed(2)).padStart(9),
      // Other work on the machine only ever adds.
      Math.min(...p50)
        .toFixed(2)
        .padStart(12),
      Math.min(...p99)
        .toFixed(2)
        .padStart(5),
      (cpu.length === 0 ? '-' : Math.min(...cpu).toFixed(1)).padStart(7),
    ];
    process.stdout.write(`${row.join(' ')}\n`);
  }
}
