import { PitwallError } from '../base/index.ts';
import type { Plan } from '../plan/index.ts';
import type { RoundResult } from '../result/index.ts';
import type { RoundStage, StageContext } from '../stage/index.ts';
import { segmentsOf } from '../stats/index.ts';
import { loadJobOf } from './load-job.ts';
import { runLoadToEnd } from './load-process.ts';

export type Settling = NonNullable<RoundResult['settling']>;

/** Fewer seconds show no level (see stats/change-points.ts). */
const fewestSeconds = 8;
/** A level that has held for so long counts as the last one. */
const steadySeconds = 6;
/** Changes below what counts as the same are none. */
const smallestChange = 0.02;

/** Whether throughput, second by second, has found its level: no change of it in the last seconds. */
export const hasSettled = (perSecond: readonly number[]): boolean => {
  if (perSecond.length < fewestSeconds) return false;
  const segments = segmentsOf(perSecond);
  const last = segments.at(-1)!;
  const before = segments.at(-2);
  return (
    before === undefined ||
    last.end - last.start >= steadySeconds ||
    Math.abs(last.mean / before.mean - 1) <= smallestChange
  );
};

/** Loads a stage until its throughput has settled, or the plan's limit is reached; nothing of it is counted. */
export const settle = async (
  context: StageContext,
  stage: RoundStage,
  { plan, limitMs, label }: { readonly plan: Plan; readonly limitMs: number; readonly label: string },
): Promise<Settling> => {
  const settled = new AbortController();
  const perSecond: number[] = [];
  const job = { ...loadJobOf(plan, stage), warmupMs: 0, sampleRatio: 0, stop: { durationMs: limitMs } };
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
