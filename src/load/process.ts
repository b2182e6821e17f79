/*
 * A load generator as a process of its own: reads a LoadJob as one JSON document from stdin, writes JSON lines to stdout:
 * ready, ticks, result, or an error. SIGTERM ends the load early, with a result.
 */
import { text } from 'node:stream/consumers';
import { describeThrown, machineNowNs, PitwallError, systemClock } from '../base/index.ts';
import { parseLoadJob } from './job/job.ts';
import type { LoadResult } from './job/types.ts';
import { runLoad } from './run.ts';

/** The lines that the process writes. */
export type LoadProcessLine =
  | { readonly type: 'ready' }
  /** When the measured time will begin, by the machine's clock: whoever counts can begin with it, however late this is read. */
  | { readonly type: 'schedule'; readonly measuresAtNs: number }
  /** The measured time begins, and ends. */
  | { readonly type: 'measuring' | 'measured' }
  | {
      readonly type: 'tick';
      /** Since the start of the load, warm-up included. */
      readonly elapsedMs: number;
      /** Sums since the start of the load. */
      readonly ok: number;
      readonly failed: number;
      /** In the last second. */
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
    onReady: () => {
      void write({ type: 'ready' });
      void write({ type: 'schedule', measuresAtNs: machineNowNs() + job.warmupMs * 1e6 });
    },
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
    throw new PitwallError('load.invalid', `The load job on stdin is not JSON: ${describeThrown(error)}`, {
      cause: error,
    });
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
    message: describeThrown(error),
  });
  process.exit(1);
}
