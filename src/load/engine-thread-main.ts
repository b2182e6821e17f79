/* The thread of one engine: see engine-thread.ts. */
import { parentPort, workerData } from 'node:worker_threads';
import { messageOf, PitwallError, systemClock } from '../base/index.ts';
import { type Engine, openEngine } from './engine.ts';
import type { EngineNews, EngineOrder, EngineThreadData, Flat } from './engine-thread.ts';
import type { WorkerTally } from './recorder.ts';

const tell = (news: EngineNews): void => parentPort?.postMessage(news);

const tellError = (error: unknown): void =>
  tell({
    type: 'error',
    code: error instanceof PitwallError ? error.code : 'load.failed',
    message: messageOf(error),
  });

const flatten = (tally: WorkerTally): Flat<WorkerTally> => ({
  ...tally,
  serviceNs: tally.serviceNs.snapshot(),
  responseNs: tally.responseNs.snapshot(),
  pacerLagNs: tally.pacerLagNs.snapshot(),
  ownLagNs: tally.ownLagNs.snapshot(),
});

const run = async (engine: Engine): Promise<void> => {
  try {
    tell({ type: 'tally', tally: flatten(await engine.run()) });
  } catch (error) {
    tellError(error);
  }
};

const { job, share } = workerData as EngineThreadData;
try {
  const engine = await openEngine(job, share, systemClock, {
    onWindow: (window) => tell({ type: 'window', window: { ...window, histogram: window.histogram.snapshot() } }),
  });
  parentPort?.on('message', (order: EngineOrder) => {
    if (order === 'run') void run(engine);
    else engine.stop();
  });
  tell({ type: 'ready' });
} catch (error) {
  tellError(error);
}
