/*
 * What does going past the streams save? The engine on nginx, with and without src/load/http1/raw-stream.ts' way, in turns.
 *
 *     npm run build && node --import jiti/register bench/load/raw-stream.ts [rounds]
 */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { startNginx } from './nginx.ts';

const self = fileURLToPath(import.meta.url);
const url = process.env['BENCH_URL'];

/** CPU microseconds a request of one run. Without `process.binding` the engine takes the public way. */
const measure = async (target: URL, isPublic: boolean): Promise<number> => {
  if (isPublic) Reflect.deleteProperty(process, 'binding');
  const { loadJob, runLoad } = (await import(
    new URL('../../dist/load/index.js', import.meta.url).href
  )) as typeof import('../../src/load/index.ts');
  const { systemClock } = await import('../../src/base/index.ts');
  const job = loadJob({
    target: { host: target.hostname, port: Number(target.port) },
    authority: target.host,
    requests: [{ method: 'GET', path: target.pathname, headers: {} }],
    model: { kind: 'closed', connections: 50 },
    stop: { durationMs: 2_000 },
    warmupMs: 700,
  });
  const { client, counts } = await runLoad(job, systemClock);
  return (client.cpuSeconds * 1e6) / counts.ok;
};

if (url === undefined) {
  await using nginx = await startNginx(1, 3_500);
  const ways = { public: [] as number[], raw: [] as number[] };
  for (let round = 0; round < Number(process.argv[2] ?? 5); round++) {
    for (const way of ['public', 'raw'] as const) {
      const { stdout } = await promisify(execFile)(
        'taskset',
        ['-c', '0', process.execPath, '--import', 'jiti/register', self, way],
        {
          env: { ...process.env, BENCH_URL: nginx.url },
        },
      );
      ways[way].push(Number(stdout));
    }
  }
  for (const [way, runs] of Object.entries(ways)) {
    const sorted = runs.toSorted((a, b) => a - b);
    process.stdout.write(
      `${way.padEnd(8)} min ${sorted[0]!.toFixed(2)} us, median ${sorted[sorted.length >> 1]!.toFixed(2)} us\n`,
    );
  }
} else {
  process.stdout.write(String(await measure(new URL(url), process.argv[2] === 'public')));
}
