import { createHash } from 'node:crypto';
import { present } from '../../base/index.ts';
import type { Conditions, Plan } from '../../plan/index.ts';
import type { ConditionFacts, PlanFacts } from '../../result/index.ts';

/** The plan as the result keeps it: every default applied, files by name. */
export const planFacts = (plan: Plan, control?: PlanFacts['control']): PlanFacts => {
  const { name, scale, seed } = plan.workload;
  const workload = { name, scale, seed, digest: digestWorkload(plan.workload) };
  return {
    name: plan.name,
    ...(plan.about === undefined ? {} : { about: plan.about }),
    file: plan.file,
    digest: digestPlan(plan, workload),
    workload,
    candidates: plan.entries.map((entry) => entry.name),
    ...(control === undefined ? {} : { control }),
    blocks: plan.blocks,
    ...(plan.precision === undefined ? {} : { precision: plan.precision }),
    ...(plan.untilDecidedMs === undefined ? {} : { until: 'decided' as const, timeMs: plan.untilDecidedMs }),
    margin: plan.margin,
    maxBlocks: plan.maxBlocks,
    retries: plan.retries,
    ...conditionFacts(plan),
    seed: plan.seed,
    ...(plan.prices === undefined ? {} : { prices: plan.prices as Record<string, number> }),
    ...(plan.latencyTarget === undefined ? {} : { latencyTargetP99Ms: plan.latencyTarget.p99Ms }),
    hosts: plan.hosts,
  };
};

/** Conditions as the result keeps them. */
export const conditionFacts = (conditions: Conditions): ConditionFacts => ({
  durationMs: conditions.durationMs,
  warmupMs: conditions.warmupMs,
  ...present('settleMs', conditions.settleMs),
  connections: conditions.connections,
  startTimeoutMs: conditions.startTimeoutMs,
  timeoutMs: conditions.timeoutMs,
  sampleRatio: conditions.sampleRatio,
  ...present('proxy', conditions.proxy),
  ...present('pooler', conditions.pooler),
  links: conditions.links as ConditionFacts['links'],
  tap: conditions.tap,
  ...present('calibration', conditions.calibration),
  placements: conditions.placements as ConditionFacts['placements'],
});

const digestWorkload = ({ schema, migrate, seedCommands, data, recorded }: Plan['workload']): string => {
  const hash = createHash('sha256').update(
    JSON.stringify([schema?.digest, migrate, seedCommands, ...(recorded === undefined ? [] : [recorded])]),
  );
  for (const { table, rows } of data.tables) {
    hash.update(`\0${table}\0`);
    for (const row of rows) hash.update(JSON.stringify(row));
  }
  return hash.update(JSON.stringify(data.requests)).digest('hex');
};

/** Everything that a plan holds, but for where its files lie and the sources of candidates, which have a digest of their own. */
const digestPlan = (plan: Plan, workload: PlanFacts['workload']): string => {
  const { file: _, entries, ...rest } = plan;
  const manifests = entries.map(({ candidate: { folder: _folder, ...candidate }, ...entry }) => ({
    ...entry,
    candidate,
  }));
  return createHash('sha256')
    .update(JSON.stringify({ ...rest, workload, entries: manifests }))
    .digest('hex');
};
