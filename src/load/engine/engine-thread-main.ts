/* The thread of one engine: see engine-thread.ts. */
import { parentPort, workerData } from 'node:worker_threads';
import { describeThrown, PitwallError, systemClock } from '../../base/index.ts';
import { packRoute } from '../result/routes.ts';
import type { WorkerTally, WorkerWindow } from '../result/tally.ts';
import { type Engine, openEngine } from './engine.ts';
import type { EngineCommand, EngineEvent, EngineThreadData, Flat } from './engine-thread.ts';

const tell = (news: EngineEvent): void => parentPort?.postMessage(news);

const tellError = (error: unknown): void =>
  tell({
    type: 'error',
    code: error instanceof PitwallError ? error.code : 'load.failed',
    message: describeThrown(error),
  });

const flatten = (tally: WorkerTally): Flat<WorkerTally> => ({
  ...tally,
  routes: tally.routes.map(packRoute),
  firstByteNs: tally.firstByteNs.snapshot(),
  statusNs: tally.statusNs.snapshot(),
  serviceNs: tally.serviceNs.snapshot(),
  responseNs: tally.responseNs.snapshot(),
  scheduleDelayNs: tally.scheduleDelayNs.snapshot(),
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
const stopped = new AbortController();
let engine: Engine | undefined;
parentPort?.on('message', (order: EngineCommand) => {
  if (order === 'run') {
    if (engine !== undefined) void run(engine);
    return;
  }
  stopped.abort(new PitwallError('race.interrupted', 'Interrupted.'));
  engine?.stop();
});
try {
  const onWindow = (window: WorkerWindow) =>
    tell({ type: 'window', window: { ...window, histogram: window.histogram.snapshot() } });
  engine = await openEngine(job, share, systemClock, { onWindow }, stopped.signal);
  tell({ type: 'ready' });
} catch (error) {
  tellError(error);
}
