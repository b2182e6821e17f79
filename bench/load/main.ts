/*
 * What a request costs the client: pitwall beside wrk, oha and autocannon, each on one core, nginx on another.
 *
 *     npm run bench:load -- [--rounds 5] [--seconds 6] [--connections 50] [--memory]
 *     npm run bench:load -- --http2 [--streams 10]     pitwall beside h2load and oha
 *
 * Tools take turns, so that the machine's moods meet them all. Each turn is a short and a long run; their difference is the cost of
 * a request without that of starting: (CPU of the long - CPU of the short) / (requests of the long - requests of the short).
 */
import { parseArgs } from 'node:util';
import { findMedian } from '../../src/stats/index.ts';
import { checkMemory } from './memory.ts';
import { startNginx } from './nginx.ts';
import { availableTools, http1Tools, http2Tools, runTool, type Tool, type ToolRun } from './tools.ts';

const clientCore = 0;
const serverCore = 1;
const bodyBytes = 3_500;
const shortSeconds = 1;

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '6' },
    connections: { type: 'string', default: '50' },
    http2: { type: 'boolean', default: false },
    streams: { type: 'string', default: '10' },
    memory: { type: 'boolean', default: false },
    requests: { type: 'string', default: '10000000' },
  },
});
const [rounds, seconds, connections] = [values.rounds, values.seconds, values.connections].map(Number) as [
  number,
  number,
  number,
];

const print = (text: string): void => void process.stdout.write(`${text}\n`);

/** Microseconds of one request. */
interface Cost {
  readonly userUs: number;
  readonly systemUs: number;
  /** Of the long run, with its start, over its requests. */
  readonly withStartUs: number;
}

const costOf = (short: ToolRun, long: ToolRun): Cost => {
  const requests = long.requests - short.requests;
  return {
    userUs: ((long.userSeconds - short.userSeconds) * 1e6) / requests,
    systemUs: ((long.systemSeconds - short.systemSeconds) * 1e6) / requests,
    withStartUs: ((long.userSeconds + long.systemSeconds) * 1e6) / long.requests,
  };
};

const totalUs = ({ userUs, systemUs }: Cost): number => userUs + systemUs;

const compare = async (url: string, all: readonly Tool[], load: string): Promise<void> => {
  const tools = await availableTools(all);
  const first = all[0]!.name;
  const costs = new Map(tools.map(({ name }) => [name, [] as Cost[]]));
  for (let round = 0; round < rounds; round++) {
    for (const tool of tools) {
      const short = await runTool(tool, clientCore, url, connections, shortSeconds);
      const long = await runTool(tool, clientCore, url, connections, seconds);
      costs.get(tool.name)!.push(costOf(short, long));
    }
  }
  print(
    `CPU of the client per request (us): ${load}, ${bodyBytes} bytes, ${rounds} rounds of ${seconds} s, one core each`,
  );
  const heads = ['min', 'median', 'max', `x ${first} (min)`, 'user (median)', 'kernel (median)', 'with start (min)'];
  print(`${'tool'.padEnd(22)}${heads.map((head) => head.padStart(18)).join('')}`);
  const findLeast = (name: string): number => Math.min(...(costs.get(name) ?? []).map(totalUs));
  for (const { name, versionText } of tools) {
    const ofTool = costs.get(name)!;
    const totals = ofTool.map(totalUs);
    const row = [
      findLeast(name),
      findMedian(totals),
      Math.max(...totals),
      findLeast(name) / findLeast(first),
      findMedian(ofTool.map(({ userUs }) => userUs)),
      findMedian(ofTool.map(({ systemUs }) => systemUs)),
      Math.min(...ofTool.map(({ withStartUs }) => withStartUs)),
    ];
    print(`${`${name} ${versionText}`.padEnd(22)}${row.map((value) => value.toFixed(2).padStart(18)).join('')}`);
  }
};

await using nginx = await startNginx(serverCore, bodyBytes);
if (values.memory) await checkMemory(nginx.url, Number(values.requests), print);
else if (values.http2) {
  const load = `${connections} connections of HTTP/2, ${values.streams} requests at a time on each`;
  await compare(nginx.http2Url, http2Tools(Number(values.streams)), load);
} else await compare(nginx.url, http1Tools, `${connections} connections`);
