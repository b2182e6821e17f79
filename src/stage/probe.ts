import { get } from 'node:http';
import { Client, type ClientConfig } from 'pg';
import { type Clock, messageOf, PitwallError, sleepMs } from '../base/index.ts';
import type { Host, HostProcess, ProcessExit, ProcessSpec } from './host.ts';
import { describeLog } from './log-tail.ts';

export interface ReadyOptions {
  readonly clock: Clock;
  readonly signal?: AbortSignal;
  /** @default 30000 */
  readonly timeoutMs?: number;
}

export type Probe = (signal: AbortSignal) => Promise<void>;

/** Starts a process and gives it back once its probe passes; one that never does is stopped. Throws like `waitUntilReady`. */
export const startWhenReady = async (
  host: Host,
  spec: ProcessSpec,
  probe: Probe,
  options: ReadyOptions,
): Promise<HostProcess> => {
  const process = await host.start(spec);
  try {
    await waitUntilReady(process, probe, options);
    return process;
  } catch (error) {
    await process[Symbol.asyncDispose]();
    throw error;
  }
};

/**
 * Tries a real probe until it passes.
 * @throws PitwallError `stage.died` when the process ends first, `stage.not-ready` when time runs out; both
 * with the end of the log.
 */
const waitUntilReady = async (
  process: HostProcess,
  probe: Probe,
  { clock, signal, timeoutMs = 30_000 }: ReadyOptions,
): Promise<void> => {
  let exit: ProcessExit | undefined;
  void process.exited.then((value) => {
    exit = value;
  });
  const deadlineNs = clock.nowNs() + timeoutMs * 1e6;
  let lastFailure = '';
  for (let pauseMs = 20; ; pauseMs = Math.min(pauseMs * 1.5, 250)) {
    signal?.throwIfAborted();
    try {
      await probe(AbortSignal.any([AbortSignal.timeout(2_000), ...(signal ? [signal] : [])]));
      return;
    } catch (error) {
      lastFailure = messageOf(error);
    }
    if (exit !== undefined) {
      throw new PitwallError(
        'stage.died',
        `${process.name} ended with ${exit.signal ?? `code ${exit.code}`} before it was ready.${describeLog(process.logFile)}`,
      );
    }
    if (clock.nowNs() > deadlineNs) {
      throw new PitwallError(
        'stage.not-ready',
        `${process.name} was not ready after ${timeoutMs / 1_000} s (${lastFailure}).${describeLog(process.logFile)}`,
      );
    }
    await sleepMs(clock, pauseMs, signal);
  }
};

/** Passes when a database, or a pooler in front of it, answers a query. */
export const probeDatabase = async (config: ClientConfig): Promise<void> => {
  const client = new Client(config);
  // Connection errors after the first answer are not this probe's business.
  client.on('error', () => {});
  try {
    await client.connect();
    await client.query('SELECT 1');
  } finally {
    await client.end().catch(() => {});
  }
};

/** Passes when an HTTP server answers, with whatever status `accept` takes. */
export const probeHttp = (
  url: string,
  signal: AbortSignal,
  accept: (status: number) => boolean = () => true,
): Promise<void> =>
  new Promise((resolve, reject) => {
    const request = get(url, { signal, agent: false }, (response) => {
      response.resume();
      const status = response.statusCode ?? 0;
      if (accept(status)) resolve();
      else reject(new Error(`${url} answers ${status}`));
    });
    request.once('error', reject);
  });
