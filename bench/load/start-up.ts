/*
 * How long `pitwall load` takes from its start as a process to the first request at the server, beside Node itself (`node -e 0`, to its
 * end) in turns. The least of all repetitions is what the program takes; the median is what the machine made of it.
 * node --import jiti/register bench/load/start-up.ts [--repetitions 40]
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const { values } = parseArgs({ options: { repetitions: { type: 'string', default: '40' } } });
const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));

let onRequest = (): void => {};
const server = createServer((socket) => {
  socket.on('error', () => {});
  socket.once('data', () => {
    onRequest();
    socket.end('HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n');
  });
});
server.listen(0, '127.0.0.1');
await once(server, 'listening');
const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;

/** Milliseconds to the first request, or to the end of a program that sends none. */
const measure = async (args: readonly string[]): Promise<number> => {
  const startMs = performance.now();
  let firstMs: number | undefined;
  onRequest = () => {
    firstMs ??= performance.now() - startMs;
  };
  await once(spawn(process.execPath, args, { stdio: 'ignore' }), 'exit');
  return firstMs ?? performance.now() - startMs;
};

const programs = {
  'node -e 0': ['-e', '0'],
  'pitwall --version': [main, '--version'],
  'pitwall load': [main, 'load', '-n', '1', '-c', '1', '--no-ceiling', url],
};
const times = Object.keys(programs).map((): number[] => []);
for (let repetition = 0; repetition < Number(values.repetitions); repetition++) {
  for (const [index, args] of Object.values(programs).entries()) times[index]!.push(await measure(args));
}
server.close();
const [node] = times.map((all) => Math.min(...all));
for (const [index, name] of Object.keys(programs).entries()) {
  const sorted = times[index]!.toSorted((a, b) => a - b);
  const least = sorted[0]!;
  const median = sorted[Math.floor(sorted.length / 2)]!;
  process.stdout.write(
    `${name.padEnd(20)} least ${least.toFixed(0).padStart(5)} ms, median ${median.toFixed(0).padStart(5)} ms, least / node's ${(least / node!).toFixed(2)}\n`,
  );
}
