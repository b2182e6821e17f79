import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { createNamespaceHosts, type Host, startLocalHost } from '../../src/hosts/index.ts';

/*
 * What going through an agent costs: time and CPU per call, bytes per second, and the agent's share of a core while a round runs, when
 * it holds processes and is asked for the same files of /proc as the recorder reads.
 *
 *     npm run bench:hosts
 */
const mebi = 2 ** 20;
const write = (text: string): void => void process.stdout.write(`${text}\n`);

/** CPU that a process used so far, in ms (clock ticks are 10 ms). */
const cpuMs = (pid: number): number => {
  const fields = readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ')[1]!.split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10;
};

const measureCalls = async (host: Host): Promise<void> => {
  for (let index = 0; index < 300; index += 1) await host.which('sh');
  const times: number[] = [];
  const [there, here] = [cpuMs(host.pid), process.cpuUsage()];
  const calls = 2_000;
  for (let index = 0; index < calls; index += 1) {
    const start = performance.now();
    await host.which('sh');
    times.push(performance.now() - start);
  }
  const { user, system } = process.cpuUsage(here);
  times.sort((a, b) => a - b);
  const at = (share: number): string => times[Math.floor(share * (times.length - 1))]!.toFixed(2);
  write(
    `${host.name}: a call takes ${at(0.5)} ms (median; ${at(0.05)} at the 5th percentile, ${at(0.95)} at the 95th)`,
  );
  write(
    `${host.name}: CPU per call: agent ${((cpuMs(host.pid) - there) / calls).toFixed(3)} ms, controller ${((user + system) / 1_000 / calls).toFixed(3)} ms`,
  );
};

const measureBodies = async (host: Host): Promise<void> => {
  const block = Buffer.alloc(mebi);
  const blocks = 100;
  const path = join(host.folder, 'bench');
  const start = performance.now();
  await host.files.write(path, Readable.from(Array.from({ length: blocks }, () => block)));
  const between = performance.now();
  const file = await host.files.read(path);
  file.resume();
  await once(file, 'end');
  const end = performance.now();
  write(
    `${host.name}: 100 MiB: ${((blocks * 1_000) / (between - start)).toFixed(0)} MiB/s there, ${((blocks * 1_000) / (end - between)).toFixed(0)} MiB/s back`,
  );
};

const measureRound = async (host: Host): Promise<void> => {
  const processes = await Promise.all(
    Array.from({ length: 7 }, (_, index) =>
      host.start({
        name: `p${index}`,
        command: ['sleep', '1000'],
        env: {},
        logFile: join(host.folder, `p${index}.log`),
      }),
    ),
  );
  const paths = [
    ...processes.flatMap(({ pid }) =>
      ['stat', 'schedstat', 'io', 'smaps_rollup'].map((name) => `/proc/${pid}/${name}`),
    ),
    ...['stat', 'loadavg', 'pressure/cpu', 'pressure/memory', 'pressure/io'].map((name) => `/proc/${name}`),
  ];
  const seconds = 20;
  for (const everyMs of [undefined, 1_000, 250]) {
    await sleep(1_500);
    const start = cpuMs(host.pid);
    const end = performance.now() + seconds * 1_000;
    while (performance.now() < end) {
      if (everyMs !== undefined) await host.files.readKernelFiles(paths);
      await sleep(everyMs ?? 1_000);
    }
    const percent = (cpuMs(host.pid) - start) / (seconds * 10);
    const what = everyMs === undefined ? 'nothing is asked' : `${paths.length} files are read every ${everyMs} ms`;
    write(`${host.name}: agent with 7 processes, ${what}: ${percent.toFixed(2)} % of a core`);
  }
  for (const process of processes) await process[Symbol.asyncDispose]();
};

await using local = await startLocalHost();
await measureCalls(local);
await measureBodies(local);
await measureRound(local);
if ((await local.facts()).uid === 0 && (await local.which('ip')) !== undefined) {
  await using namespaces = await createNamespaceHosts(local, ['bench']);
  await measureCalls(namespaces.hosts.bench);
}
