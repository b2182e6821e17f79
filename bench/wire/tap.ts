import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock as clock, sleepMs } from '../../src/base/index.ts';
import { decodeHistogram, findMedian } from '../../src/stats/index.ts';
import { startRecorder } from '../../src/telemetry/index.ts';
import { startTestPostgres } from '../../test/support/postgres.ts';
import { type Child, freePort, startBuilt, startChild, startScript } from './child.ts';

/*
 * What the tap costs: round trips of `SELECT 1` without it, with it, and without it again, in turns.
 *
 *     npm run bench:observe [-- ROUNDS SECONDS]
 */
const rounds = Number(process.argv[2] ?? 5);
const seconds = Number(process.argv[3] ?? 3);
const hasHaproxy = existsSync('/usr/sbin/haproxy');
/** HAProxy forwarding TCP shows what two hops through this kernel cost in C. */
const modes = ['off', 'none', 'layer4', 'messages', ...(hasHaproxy ? ['haproxy'] : []), 'off again'];

await using db = await startTestPostgres();
const folder = mkdtempSync(join(tmpdir(), 'pitwall-bench-'));

/** What stands between the clients and the database. */
const startHop = async (mode: string): Promise<Child & { readonly port: number }> => {
  if (mode === 'haproxy') {
    const port = await freePort();
    const lines = [
      'global\n  nbthread 1',
      'defaults\n  mode tcp\n  timeout connect 1s\n  timeout client 60s\n  timeout server 60s',
      `listen hop\n  bind 127.0.0.1:${port}\n  server db 127.0.0.1:${db.port}`,
    ];
    writeFileSync(join(folder, 'haproxy.cfg'), `${lines.join('\n')}\n`);
    const child = startChild('/usr/sbin/haproxy', ['-db', '-f', join(folder, 'haproxy.cfg')]);
    await sleepMs(clock, 500);
    return Object.assign(child, { port });
  }
  const child = startBuilt('wire/relay/process.js');
  const count = mode.startsWith('off') ? 'none' : mode;
  child.send(JSON.stringify({ listen: '127.0.0.1:0', upstream: `127.0.0.1:${db.port}`, count }));
  const { port } = JSON.parse(await child.nextLine()) as { port: number };
  return Object.assign(child, { port });
};
const measure = async (mode: string, connections: number) => {
  const isOff = mode.startsWith('off');
  await using tap = await startHop(mode);
  const { port } = tap;
  await using clients = startScript('query-clients.ts', isOff ? db.port : port, connections, seconds);
  await clients.nextLine();
  const recorder = startRecorder({ targets: [{ name: 'tap', pid: tap.pid }], intervalMs: 1000, clock });
  const histogram = decodeHistogram(await clients.nextLine());
  const cpuSeconds = recorder.stop()[0]!.cpuSeconds;
  if (mode === 'haproxy') process.kill(tap.pid, 'SIGTERM');
  return { p50Us: histogram.quantile(0.5) / 1000, trips: histogram.total, cpuUs: (1e6 * cpuSeconds) / histogram.total };
};

for (const connections of [1, 20]) {
  const results = modes.map(() => ({ p50: [] as number[], cpu: [] as number[], trips: [] as number[] }));
  for (let round = 0; round < rounds; round += 1) {
    for (const [index, mode] of modes.entries()) {
      const { p50Us, cpuUs, trips } = await measure(mode, connections);
      results[index]!.p50.push(p50Us);
      results[index]!.cpu.push(cpuUs);
      results[index]!.trips.push(trips / seconds);
    }
  }
  const baseUs = (findMedian(results[0]!.p50) + findMedian(results.at(-1)!.p50)) / 2;
  process.stdout.write(
    `\nSELECT 1 over ${connections} connections, median of ${rounds} rounds of ${seconds} s\n` +
      'tap          p50 us   added us   CPU us a round trip   round trips/s\n',
  );
  for (const [index, mode] of modes.entries()) {
    const { p50, cpu, trips } = results[index]!;
    const isOff = mode.startsWith('off');
    const row = [
      mode.padEnd(10),
      findMedian(p50).toFixed(0).padStart(8),
      (isOff ? '-' : (findMedian(p50) - baseUs).toFixed(0)).padStart(10),
      (isOff ? '-' : findMedian(cpu).toFixed(1)).padStart(21),
      findMedian(trips).toFixed(0).padStart(15),
    ];
    process.stdout.write(`${row.join(' ')}\n`);
  }
}
rmSync(folder, { recursive: true });
