import type { LoadJob } from '../job/job.ts';

/** How long the load is sent, warm-up included; Infinity when a number of requests ends it. */
export const plannedMs = ({ stop, model, warmupMs }: Pick<LoadJob, 'stop' | 'model' | 'warmupMs'>): number => {
  const stopMs = 'durationMs' in stop ? warmupMs + stop.durationMs : Number.POSITIVE_INFINITY;
  if (model.kind !== 'stages') return stopMs;
  return Math.min(
    stopMs,
    model.stages.reduce((sum, { durationMs }) => sum + durationMs, 0),
  );
};
