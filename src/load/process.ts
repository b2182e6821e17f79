/*
 * A load generator as a process of its own: reads a LoadJob as one JSON document from stdin, writes JSON lines to stdout:
 * ready, ticks, result, or an error. SIGTERM ends the load early, with a result.
 */
import { text } from 'node:stream/consumers';
import { messageOf, PitwallError, systemClock } from '../base/index.ts';
import { parseLoadJob } from './job.ts';
import { runLoad } from './run.ts';
import type { LoadResult } from './types.ts';

/** The lines that the process writes. */
export type LoadProcessLine =
  | { readonly type: 'ready' }
  /** The measured time begins, and ends. */
  | { readonly type: 'measuring' | 'measured' }
  | {
      readonly type: 'tick';
      /** Of the load, warm-up included. */
      readonly elapsedMs: number;
      /** Sums since the start of the load. */
      readonly ok: number;
      readonly failed: number;
      /** Of the last second. */
      readonly requestsPerSecond: number;
      readonly p99Ms: number;
    }
  | { readonly type: 'result'; readonly result: LoadResult }
  | { readonly type: 'error'; readonly code: string; readonly message: string };

const write = (line: LoadProcessLine): Promise<void> =>
  new Promise((resolve) => {
    process.stdout.write(`${JSON.stringify(line)}\n`, () => resolve());
  });

const main = async (): Promise<void> => {
  const controller = new AbortController();
  process.on('SIGTERM', () => controller.abort());
  process.on('SIGINT', () => controller.abort());
  const job = parseLoadJob(parseJson(await text(process.stdin)));
  let ok = 0;
  let failed = 0;
  const result = await runLoad(job, systemClock, {
    signal: controller.signal,
    onReady: () => void write({ type: 'ready' }),
    onMeasuring: () => void write({ type: 'measuring' }),
    onMeasured: () => void write({ type: 'measured' }),
    onWindow: (window) => {
      ok += window.ok;
      failed += window.failed;
      void write({
        type: 'tick',
        elapsedMs: window.atMs + 1000,
        ok,
        failed,
        requestsPerSecond: window.ok,
        p99Ms: window.p99Ms,
      });
    },
  });
  await write({ type: 'result', result });
};

const parseJson = (document: string): unknown => {
  try {
    return JSON.parse(document);
  } catch (error) {
    throw new PitwallError('load.invalid', `The load job on stdin is not JSON: ${messageOf(error)}`, { cause: error });
  }
};

// The parent may be gone: then nobody wants the result.
process.stdout.on('error', () => process.exit(1));

try {
  await main();
  process.exit(0);
} catch (error) {
  await write({
    type: 'error',
    code: error instanceof PitwallError ? error.code : 'load.failed',
    message: messageOf(error),
  });
  process.exit(1);
}
