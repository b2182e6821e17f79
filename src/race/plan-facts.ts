import { createHash } from 'node:crypto';
import type { Plan } from '../plan/index.ts';
import type { PlanFacts } from '../result/index.ts';

/** The plan as the result keeps it: every default applied, files by name. */
export const planFacts = (plan: Plan, twin?: PlanFacts['twin']): PlanFacts => {
  const { name, scale, seed } = plan.workload;
  const workload = { name, scale, seed, digest: digestWorkload(plan.workload) };
  return {
    name: plan.name,
    ...(plan.about === undefined ? {} : { about: plan.about }),
    file: plan.file,
    digest: digestPlan(plan, workload),
    workload,
    candidates: plan.entries.map((entry) => entry.name),
    ...(twin === undefined ? {} : { twin }),
    blocks: plan.blocks,
    ...(plan.precision === undefined ? {} : { precision: plan.precision }),
    maxBlocks: plan.maxBlocks,
    retries: plan.retries,
    durationMs: plan.durationMs,
    warmupMs: plan.warmupMs,
    ...(plan.settleMs === undefined ? {} : { settleMs: plan.settleMs }),
    connections: plan.connections,
    startTimeoutMs: plan.startTimeoutMs,
    timeoutMs: plan.timeoutMs,
    seed: plan.seed,
    sampleRatio: plan.sampleRatio,
    ...(plan.proxy === undefined ? {} : { proxy: plan.proxy }),
    ...(plan.pooler === undefined ? {} : { pooler: plan.pooler }),
    links: plan.links as PlanFacts['links'],
    ...(plan.prices === undefined ? {} : { prices: plan.prices as Record<string, number> }),
    ...(plan.latencyTarget === undefined ? {} : { latencyTargetP99Ms: plan.latencyTarget.p99Ms }),
    tap: plan.tap,
    ...(plan.calibration === undefined ? {} : { calibration: plan.calibration }),
    hosts: plan.hosts,
    placements: plan.placements as PlanFacts['placements'],
  };
};

const digestWorkload = ({ schemaSql, data }: Plan['workload']): string => {
  const hash = createHash('sha256').update(schemaSql);
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
