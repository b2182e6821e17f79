/*
 * What a request costs the client: pitwall beside wrk, oha and autocannon, each on one core, nginx on another.
 *
 *     npm run bench:load -- [--rounds 5] [--seconds 6] [--connections 50] [--memory]
 *
 * Tools take turns, so that the machine's moods meet them all. Each turn is a short and a long run; their difference is the cost of
 * a request without that of starting: (CPU of the long - CPU of the short) / (requests of the long - requests of the short).
 */
import { parseArgs } from 'node:util';
import { checkMemory } from './memory.ts';
import { startNginx } from './nginx.ts';
import { availableTools, runTool } from './tools.ts';

const clientCore = 0;
const serverCore = 1;
const bodyBytes = 3_500;
const shortSeconds = 1;

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '6' },
    connections: { type: 'string', default: '50' },
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

const compare = async (url: string): Promise<void> => {
  const tools = await availableTools();
  const marginal = new Map(tools.map(({ name }) => [name, [] as number[]]));
  const whole = new Map(tools.map(({ name }) => [name, [] as number[]]));
  for (let round = 0; round < rounds; round++) {
    for (const tool of tools) {
      const short = await runTool(tool, clientCore, url, connections, shortSeconds);
      const long = await runTool(tool, clientCore, url, connections, seconds);
      marginal.get(tool.name)!.push(((long.cpuSeconds - short.cpuSeconds) * 1e6) / (long.requests - short.requests));
      whole.get(tool.name)!.push((long.cpuSeconds * 1e6) / long.requests);
    }
  }
  const wrk = Math.min(...(marginal.get('wrk') ?? [Number.NaN]));
  print(
    `CPU of the client a request (us): ${connections} connections, ${bodyBytes} bytes, ${rounds} rounds of ${seconds} s, one core each`,
  );
  print(
    `${'tool'.padEnd(22)}${['min', 'median', 'max', 'x wrk (min)', 'with start'].map((head) => head.padStart(12)).join('')}`,
  );
  for (const { name, versionText } of tools) {
    const sorted = marginal.get(name)!.toSorted((a, b) => a - b);
    const row = [
      sorted[0]!,
      sorted[sorted.length >> 1]!,
      sorted.at(-1)!,
      sorted[0]! / wrk,
      Math.min(...whole.get(name)!),
    ];
    print(`${`${name} ${versionText}`.padEnd(22)}${row.map((value) => value.toFixed(2).padStart(12)).join('')}`);
  }
};

await using nginx = await startNginx(serverCore, bodyBytes);
if (values.memory) await checkMemory(nginx.url, Number(values.requests), print);
else await compare(nginx.url);
