import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { type LoadProcessLine, loadJob, loadProcessFlags } from '../../src/load/index.ts';

const mibAllowed = 5;
/** Where the first reading is taken. */
const firstShare = 0.1;

/** Is memory flat? Resident memory of the load process after a tenth of the requests, and after all of them. */
export const checkMemory = async (url: string, requests: number, print: (text: string) => void): Promise<void> => {
  const { hostname, port, host, pathname } = new URL(url);
  const job = loadJob({
    target: { host: hostname, port: Number(port) },
    authority: host,
    requests: [{ method: 'GET', path: pathname, headers: {} }],
    model: { kind: 'closed', connections: 50 },
    stop: { requests },
  });
  const script = fileURLToPath(new URL('../../dist/load/process.js', import.meta.url));
  const child = spawn(process.execPath, [...loadProcessFlags, script], { stdio: ['pipe', 'pipe', 'inherit'] });
  child.stdin.end(JSON.stringify(job));
  const readings: { readonly requests: number; readonly mib: number }[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    const message = JSON.parse(line) as LoadProcessLine;
    if (message.type === 'tick') readings.push({ requests: message.ok, mib: await residentMib(child.pid!) });
  }
  await once(child, 'exit').catch(() => undefined);
  const first = readings.find((reading) => reading.requests >= requests * firstShare);
  const last = readings.at(-1);
  if (first === undefined || last === undefined) throw new Error('too few requests to see anything');
  const most = Math.max(...readings.filter((reading) => reading.requests >= first.requests).map(({ mib }) => mib));
  print(`resident after ${first.requests} requests: ${first.mib.toFixed(1)} MiB`);
  print(`resident after ${last.requests} requests: ${last.mib.toFixed(1)} MiB, at most ${most.toFixed(1)} MiB between`);
  const isFlat = last.mib - first.mib <= mibAllowed;
  print(isFlat ? `flat: within ${mibAllowed} MiB` : `NOT flat: ${(last.mib - first.mib).toFixed(1)} MiB more`);
  if (!isFlat) process.exitCode = 1;
};

const residentMib = async (pid: number): Promise<number> => {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1] ?? 0) / 1024;
};
