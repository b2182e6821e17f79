import type { Worker } from 'node:worker_threads';
import { type ErrorCode, PitwallError } from '../base/index.ts';
import { Histogram, type HistogramSnapshot } from '../stats/index.ts';
import type { Engine, EngineShare } from './engine.ts';
import type { LoadJob } from './job.ts';
import type { WorkerTally, WorkerWindow } from './recorder.ts';
import { startThread } from './thread.ts';

/** What an engine's thread is told. */
export type EngineOrder = 'run' | 'stop';

/** What it tells. Histograms travel as snapshots, since a structured clone has no methods. */
export type EngineNews =
  | { readonly type: 'ready' }
  | { readonly type: 'window'; readonly window: Flat<WorkerWindow> }
  | { readonly type: 'tally'; readonly tally: Flat<WorkerTally> }
  | { readonly type: 'error'; readonly code: ErrorCode; readonly message: string };

/** The same with snapshots for histograms. */
export type Flat<T> = { readonly [K in keyof T]: T[K] extends Histogram ? HistogramSnapshot : T[K] };

export interface EngineThreadData {
  readonly job: LoadJob;
  readonly share: EngineShare;
}

/** An engine in a thread of its own. Rejects with what opening it threw. */
export const openEngineThread = (
  job: LoadJob,
  share: EngineShare,
  onWindow: (window: WorkerWindow) => void,
): Promise<Engine> => {
  const thread = startThread('engine-thread-main', { job, share } satisfies EngineThreadData);
  let settle: (tally: WorkerTally) => void = () => {};
  let fail: (error: Error) => void = () => {};
  return new Promise((resolve, reject) => {
    fail = reject;
    thread.on('error', (error) => fail(error));
    thread.on('message', (news: EngineNews) => {
      switch (news.type) {
        case 'ready':
          resolve(
            handleOf(thread, (onTally, onError) => {
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

const handleOf = (
  thread: Worker,
  expect: (onTally: (tally: WorkerTally) => void, onError: (error: Error) => void) => void,
): Engine => ({
  run: () =>
    new Promise((resolve, reject) => {
      expect(resolve, reject);
      thread.postMessage('run' satisfies EngineOrder);
    }),
  stop: () => thread.postMessage('stop' satisfies EngineOrder),
  close: () => void thread.terminate(),
});

const inflate = (tally: Flat<WorkerTally>): WorkerTally => ({
  ...tally,
  serviceNs: Histogram.restore(tally.serviceNs),
  responseNs: Histogram.restore(tally.responseNs),
  pacerLagNs: Histogram.restore(tally.pacerLagNs),
  ownLagNs: Histogram.restore(tally.ownLagNs),
});
