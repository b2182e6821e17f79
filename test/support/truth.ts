import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { TruthOptions } from './truth-server.ts';

export interface TruthServer extends AsyncDisposable {
  readonly port: number;
  /** Stops the process as a whole, as a long garbage collection or a swapping machine would. */
  freeze(): void;
  thaw(): void;
}

/** Starts a truth server as a process of its own. */
export const startTruthServer = async (options: TruthOptions): Promise<TruthServer> => {
  const script = fileURLToPath(new URL('truth-server.ts', import.meta.url));
  const child: ChildProcess = spawn(process.execPath, ['--import', 'jiti/register', script, JSON.stringify(options)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await once(createInterface({ input: child.stdout! }), 'line')) as [string];
  return {
    port: Number(line),
    freeze: () => void child.kill('SIGSTOP'),
    thaw: () => void child.kill('SIGCONT'),
    async [Symbol.asyncDispose]() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
  };
};

/**
 * Throughput of a closed loop of N users with think time Z on m exponential servers of mean S (the machine repairman's model): birth
 * and death over the number in the station. Without think time all users are always in it, and X = min(N, m) / S.
 */
export const closedThroughput = (connections: number, slots: number, meanS: number, thinkS = 0): number => {
  if (thinkS === 0) return Math.min(connections, slots) / meanS;
  // p(n) up to a factor: users who think come at a rate of (N - n) / Z, the station serves at min(n, m) / S.
  let weight = 1;
  let sum = 1;
  let busy = 0;
  for (let n = 1; n <= connections; n++) {
    weight *= ((connections - n + 1) / thinkS) * (meanS / Math.min(n, slots));
    sum += weight;
    busy += weight * Math.min(n, slots);
  }
  return busy / sum / meanS;
};

/**
 * How many answers such a loop has had after a while, when the server draws the service times that `nextMs` gives:
 * so that the chance of one run is in the expectation as well.
 */
export const closedCount = (
  connections: number,
  slots: number,
  untilMs: number,
  nextMs: () => number,
  thinkMs = 0,
): number => {
  const freeAtMs = Array.from({ length: slots }, () => 0);
  const endsMs: number[] = [];
  const arrive = (atMs: number): void => {
    const slot = freeAtMs.indexOf(Math.min(...freeAtMs));
    const endMs = Math.max(atMs, freeAtMs[slot]!) + nextMs();
    freeAtMs[slot] = endMs;
    endsMs.push(endMs);
  };
  for (let user = 0; user < connections; user++) arrive(0);
  for (let count = 0; ; count++) {
    endsMs.sort((a, b) => a - b);
    const endMs = endsMs.shift()!;
    if (endMs > untilMs) return count;
    arrive(endMs + thinkMs);
  }
};
