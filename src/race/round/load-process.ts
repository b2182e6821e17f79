import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type Clock, createScope, debugEnvironment, PitwallError, sleepMs } from '../../base/index.ts';
import { findHome, packageRoot, type RoundStage, type StageContext } from '../../components/index.ts';
import type { HostProcess } from '../../hosts/index.ts';
import { type LoadJob, type LoadProcessLine, type LoadResult, loadProcessFlags } from '../../load/index.ts';

export interface LoadProcessHooks {
  /** The timed part will begin then, by the machine's clock; at once where there is no warm-up. */
  onSchedule?(measuresAtNs: number): void;
  /** The timed part begins: from here on usage counts. */
  onMeasuring?(process: HostProcess): void;
  /** The timed part is over; the result follows when it has been summed up. */
  onMeasured?(): void;
  onTick?(tick: Extract<LoadProcessLine, { type: 'tick' }>): void;
}

/**
 * Runs the load generator as a process of its own, so that its CPU can be told from pitwall's and it can be
 * given cores of its own. Disposing stops it.
 */
interface LoadProcess extends AsyncDisposable {
  readonly result: Promise<LoadResult>;
}

/** Of a stage's context, what loading it needs. */
export type LoadContext = Pick<StageContext, 'hosts' | 'placements' | 'clock' | 'logFolder' | 'signal'>;

/** Loads a stage and waits for the result; rejects when a component of the stage dies or the race is stopped. */
export const runLoadToEnd = async (
  context: LoadContext,
  stage: Pick<RoundStage, 'died'>,
  job: LoadJob,
  label: string,
  hooks: LoadProcessHooks = {},
): Promise<LoadResult> => {
  await using scope = createScope();
  const logFile = join(context.logFolder, `${label}-load.log`);
  const load = scope.use(await startLoadProcess(context, job, logFile, hooks));
  const over = new AbortController();
  scope.defer(() => over.abort());
  return await Promise.race([
    load.result.catch((error: unknown) => failOnDeathSoon(context.clock, stage, error, over.signal)),
    failOnDeath(stage),
    failOnAbort(context.signal, over.signal),
    failWhenLate(context.clock, job, over.signal),
  ]);
};

/** Beyond the job's own time, the last request's timeout and this, the load generator hangs. */
const graceMs = 30_000;

const failWhenLate = async (clock: Clock, job: LoadJob, over: AbortSignal): Promise<never> => {
  const limitMs = job.warmupMs + longestLoadMs(job) + job.timeoutMs + graceMs;
  try {
    await sleepMs(clock, limitMs, over);
  } catch {
    return new Promise(() => {});
  }
  throw new PitwallError('load.failed', `The load generator gave no result within ${Math.round(limitMs / 1_000)} s.`);
};

/** A number of requests takes as long as the server wants, but none longer than its timeout. */
const longestLoadMs = ({ stop, model, timeoutMs }: LoadJob): number =>
  'durationMs' in stop ? stop.durationMs : Math.ceil(stop.requests / model.connections) * timeoutMs;

const failOnDeath = async (stage: Pick<RoundStage, 'died'>): Promise<never> => {
  throw (await stage.died).error;
};

/** Word of a death travels through the agent; what it did to the load generator or the recorder may be known earlier. */
const deathNoticeMs = 1_000;

/** Rejects with the death of a component where one is told of in time: it is why the load failed. Otherwise with `error`. */
const failOnDeathSoon = async (
  clock: Clock,
  stage: Pick<RoundStage, 'died'>,
  error: unknown,
  over: AbortSignal,
): Promise<never> => {
  const patience = sleepMs(clock, deathNoticeMs, over).catch(() => {});
  await Promise.race([failOnDeath(stage), patience]);
  throw error;
};

const failOnAbort = (signal: AbortSignal, over: AbortSignal): Promise<never> =>
  new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener('abort', () => reject(signal.reason), { once: true, signal: over });
  });

const startLoadProcess = async (
  context: LoadContext,
  job: LoadJob,
  logFile: string,
  hooks: LoadProcessHooks,
): Promise<LoadProcess> => {
  const { host, placement } = findHome(context, 'load');
  const process = await host.start({
    name: 'load',
    placement,
    // The compiled program: tests that run from the sources use the last build.
    command: [globalThis.process.execPath, ...loadProcessFlags, join(packageRoot(), 'dist', 'load', 'process.js')],
    env: { NODE_ENV: 'production', ...debugEnvironment() },
    logFile,
    piped: true,
    graceMs: 1_000,
  });
  const { stdin, stdout } = process.pipes!;
  const result = (async () => {
    stdin.end(JSON.stringify(job));
    for await (const line of createInterface({ input: stdout })) {
      const message = JSON.parse(line) as LoadProcessLine;
      switch (message.type) {
        case 'ready':
          break;
        case 'schedule':
          hooks.onSchedule?.(message.measuresAtNs);
          break;
        case 'measuring':
          hooks.onMeasuring?.(process);
          break;
        case 'measured':
          hooks.onMeasured?.();
          break;
        case 'tick':
          hooks.onTick?.(message);
          break;
        case 'result':
          return message.result;
        case 'error':
          throw new PitwallError('load.failed', message.message);
        default:
          message satisfies never;
      }
    }
    const exit = await process.exited;
    throw new PitwallError(
      'load.failed',
      `The load generator ended with ${exit.signal ?? `code ${exit.code}`} and no result.`,
    );
  })();
  result.catch(() => {});
  return { result, [Symbol.asyncDispose]: () => process[Symbol.asyncDispose]() as Promise<void> };
};
