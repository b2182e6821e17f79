import type { Plan } from '../plan/index.ts';
import type { PlanFacts } from '../result/index.ts';

/** The plan as the result keeps it: every default applied, files by name. */
export const planFacts = (plan: Plan): PlanFacts => ({
  name: plan.name,
  ...(plan.about === undefined ? {} : { about: plan.about }),
  file: plan.file,
  workload: { name: plan.workload.name, scale: plan.workload.scale, seed: plan.workload.seed },
  candidates: plan.entries.map((entry) => entry.name),
  blocks: plan.blocks,
  durationMs: plan.durationMs,
  warmupMs: plan.warmupMs,
  connections: plan.connections,
  timeoutMs: plan.timeoutMs,
  seed: plan.seed,
  sampleRatio: plan.sampleRatio,
  ...(plan.proxy === undefined ? {} : { proxy: plan.proxy }),
  ...(plan.pooler === undefined ? {} : { pooler: plan.pooler }),
  links: plan.links as PlanFacts['links'],
  tap: plan.tap,
});
