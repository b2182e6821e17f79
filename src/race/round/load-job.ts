import type { RoundStage } from '../../components/index.ts';
import { type LoadJob, loadJob } from '../../load/index.ts';
import type { Plan } from '../../plan/index.ts';

/** The plan's load, aimed at a stage. */
export const buildLoadJob = (plan: Plan, stage: RoundStage): LoadJob =>
  loadJob({
    target: stage.endpoint,
    authority: `${stage.endpoint.host}:${stage.endpoint.port}`,
    requests: plan.workload.data.requests.map(({ headers, ...request }) => ({ ...request, headers: { ...headers } })),
    model: { kind: 'closed', connections: plan.connections },
    stop: { durationMs: plan.durationMs },
    warmupMs: plan.warmupMs,
    timeoutMs: plan.timeoutMs,
    sampleRatio: plan.sampleRatio,
    seed: plan.seed,
  });
