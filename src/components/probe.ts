import { get, type IncomingMessage } from 'node:http';
import { debuglog } from 'node:util';
import { Client, type ClientConfig } from 'pg';
import { type Clock, describeThrown, PitwallError, sleepMs, unlessAborted, withDeadline } from '../base/index.ts';
import type { Host, HostProcess, ProcessExit, ProcessSpec } from '../hosts/index.ts';

const debug = debuglog('pitwall:components');

export interface ReadyOptions {
  readonly clock: Clock;
  readonly signal?: AbortSignal;
  /** @default 30000 */
  readonly timeoutMs?: number;
  /** Says why it will never be ready, once that is known. */
  readonly findObstacle?: (pid: number) => string | undefined;
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

/** A probe that has no answer by then is tried again. */
const probeLimitMs = 2_000;

/**
 * Tries a real probe until it passes.
 * @throws PitwallError `stage.died` when the process ends first, `stage.not-ready` when time runs out; both
 * with the end of the log.
 */
const waitUntilReady = async (
  process: HostProcess,
  probe: Probe,
  { clock, signal, timeoutMs = 30_000, findObstacle }: ReadyOptions,
): Promise<void> => {
  let exit: ProcessExit | undefined;
  void process.exited.then((value) => {
    exit = value;
  });
  const startNs = clock.nowNs();
  const deadlineNs = startNs + timeoutMs * 1e6;
  let lastFailure = '';
  for (let pauseMs = 20; ; pauseMs = Math.min(pauseMs * 1.5, 250)) {
    signal?.throwIfAborted();
    try {
      await withDeadline(probeLimitMs, signal, (limit) => unlessAborted(probe(limit), limit));
      debug('%s ready after %i ms', process.name, (clock.nowNs() - startNs) / 1e6);
      return;
    } catch (error) {
      lastFailure = describeThrown(error);
    }
    if (exit !== undefined) {
      if (exit.lost !== undefined) throw exit.lost;
      throw new PitwallError(
        'stage.died',
        `${process.name} ended with ${exit.signal ?? `code ${exit.code}`} before it was ready.${await process.describeLog()}`,
      );
    }
    const obstacle = findObstacle?.(process.pid);
    if (obstacle !== undefined) {
      throw new PitwallError(
        'stage.not-ready',
        `${process.name} is not ready. ${obstacle}.${await process.describeLog()}`,
      );
    }
    if (clock.nowNs() > deadlineNs) {
      throw new PitwallError(
        'stage.not-ready',
        `${process.name} was not ready after ${timeoutMs / 1_000} s (${lastFailure}).${await process.describeLog()}`,
      );
    }
    await sleepMs(clock, pauseMs, signal);
  }
};

/** Passes when a database, or a pooler in front of it, answers a query. */
export const probeDatabase = async (config: ClientConfig): Promise<void> => {
  const client = new Client({ connectionTimeoutMillis: probeLimitMs, query_timeout: probeLimitMs, ...config });
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
      discardBody(response);
      const status = response.statusCode ?? 0;
      if (accept(status)) resolve();
      else reject(new Error(`${url} answers ${status}`));
    });
    request.once('error', reject);
  });

/** Nobody wants the body, but a server that is cut off in the middle of a usual one would complain in its log. */
const discardBody = (response: IncomingMessage): void => {
  const timer = setTimeout(() => response.destroy(), probeLimitMs);
  let bodyBytes = 0;
  response.on('data', (chunk: Buffer) => {
    bodyBytes += chunk.length;
    if (bodyBytes > 2 ** 20) response.destroy();
  });
  response.on('error', () => {});
  timer.unref();
  response.once('close', () => clearTimeout(timer));
};
