import { PitwallError } from '../../base/index.ts';
import type { RoundStage } from '../../components/index.ts';
import type { LoadJob } from '../../load/index.ts';
import type { RoundResult } from '../../result/index.ts';
import { levelSteps } from '../../stats/index.ts';
import { type LoadContext, runLoadToEnd } from './load-process.ts';

export type Settling = NonNullable<RoundResult['settling']>;

/** Fewer seconds show no level (see stats/series/change-points.ts). */
const fewestSeconds = 8;
/** A level that has held for so long counts as the last one. */
const steadySeconds = 6;

/** Whether throughput, second by second, has found its level: no change of it in the last seconds. */
export const hasSettled = (perSecond: readonly number[]): boolean => {
  if (perSecond.length < fewestSeconds) return false;
  const lastStep = levelSteps(perSecond).at(-1);
  return lastStep === undefined || perSecond.length - lastStep.start >= steadySeconds;
};

/** Loads a stage until its throughput has settled, or the plan's limit is reached; nothing of it is counted. */
export const settle = async (
  context: LoadContext,
  stage: Pick<RoundStage, 'died'>,
  { job: timed, limitMs, label }: { readonly job: LoadJob; readonly limitMs: number; readonly label: string },
): Promise<Settling> => {
  const settled = new AbortController();
  const perSecond: number[] = [];
  const job = { ...timed, warmupMs: 0, sampleRatio: 0, stop: { durationMs: limitMs } };
  try {
    const signal = AbortSignal.any([context.signal, settled.signal]);
    await runLoadToEnd({ ...context, signal }, stage, job, `${label}-settle`, {
      onTick({ requestsPerSecond }) {
        perSecond.push(requestsPerSecond);
        if (hasSettled(perSecond)) settled.abort(new PitwallError('load.failed', 'Throughput has settled.'));
      },
    });
  } catch (error) {
    if (error !== settled.signal.reason) throw error;
  }
  return { seconds: perSecond.length, isSettled: settled.signal.aborted, perSecond };
};
