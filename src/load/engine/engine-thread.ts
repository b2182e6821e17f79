import type { Worker } from 'node:worker_threads';
import { type ErrorCode, PitwallError } from '../../base/index.ts';
import { Histogram, type HistogramSnapshot } from '../../stats/recording/index.ts';
import type { LoadJob } from '../job/job.ts';
import { type RouteTally, unpackRoute } from '../result/routes.ts';
import type { WorkerTally, WorkerWindow } from '../result/tally.ts';
import { startThread } from '../thread.ts';
import type { Engine, EngineShare } from './engine.ts';

/** What an engine's thread is told. */
export type EngineCommand = 'run' | 'stop';

/** What it tells. Histograms travel as snapshots, since a structured clone has no methods. */
export type EngineEvent =
  | { readonly type: 'ready' }
  | { readonly type: 'window'; readonly window: Flat<WorkerWindow> }
  | { readonly type: 'tally'; readonly tally: Flat<WorkerTally> }
  | { readonly type: 'error'; readonly code: ErrorCode; readonly message: string };

/** The same with snapshots for histograms. */
export type Flat<T> = {
  readonly [K in keyof T]: T[K] extends Histogram
    ? HistogramSnapshot
    : T[K] extends readonly RouteTally[]
      ? readonly RouteTally<HistogramSnapshot>[]
      : T[K];
};

export interface EngineThreadData {
  readonly job: LoadJob;
  readonly share: EngineShare;
}

/** An engine in a thread of its own. Rejects with what opening it threw. */
export const openEngineThread = (
  job: LoadJob,
  share: EngineShare,
  onWindow: (window: WorkerWindow) => void,
  signal?: AbortSignal,
): Promise<Engine> => {
  const thread = startThread('./engine-thread-main', import.meta.url, { job, share } satisfies EngineThreadData);
  // Before it is ready, that ends the wait for its connections.
  signal?.addEventListener('abort', () => thread.postMessage('stop' satisfies EngineCommand), { once: true });
  let settle: (tally: WorkerTally) => void = () => {};
  let fail: (error: Error) => void = () => {};
  return new Promise((resolve, reject) => {
    fail = reject;
    thread.on('error', (error) => fail(error));
    thread.on('message', (news: EngineEvent) => {
      switch (news.type) {
        case 'ready':
          resolve(
            findHandle(thread, (onTally, onError) => {
              settle = onTally;
              fail = onError;
            }),
          );
          return;
        case 'window':
          onWindow({ ...news.window, histogram: Histogram.restore(news.window.histogram) });
          return;
        case 'tally':
          settle(inflate(news.tally));
          return;
        case 'error':
          fail(new PitwallError(news.code, news.message));
          return;
        default:
          news satisfies never;
      }
    });
  });
};

const findHandle = (
  thread: Worker,
  expect: (onTally: (tally: WorkerTally) => void, onError: (error: Error) => void) => void,
): Engine => ({
  run: () =>
    new Promise((resolve, reject) => {
      expect(resolve, reject);
      thread.postMessage('run' satisfies EngineCommand);
    }),
  stop: () => thread.postMessage('stop' satisfies EngineCommand),
  close: () => void thread.terminate(),
});

const inflate = (tally: Flat<WorkerTally>): WorkerTally => ({
  ...tally,
  routes: tally.routes.map(unpackRoute),
  firstByteNs: Histogram.restore(tally.firstByteNs),
  statusNs: Histogram.restore(tally.statusNs),
  serviceNs: Histogram.restore(tally.serviceNs),
  responseNs: Histogram.restore(tally.responseNs),
  scheduleDelayNs: Histogram.restore(tally.scheduleDelayNs),
  ownLagNs: Histogram.restore(tally.ownLagNs),
});
