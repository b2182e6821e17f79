export { type Candidate, type CandidateSettings, loadCandidate } from './candidate.ts';
export { formatDurationMs, parseDurationMs } from './duration.ts';
export { type NewAppOptions, writeNewApp } from './new-app.ts';
export {
  type Instruments,
  type LinkPlace,
  type LinkPlan,
  type LoadPlanOptions,
  loadPlan,
  type Placement,
  type Plan,
  type PlanEntry,
  type PlanOverrides,
} from './plan.ts';
export { type ComponentName, planJsonSchema } from './schema.ts';
export type {
  ContractProbe,
  GenerateWorkload,
  Mismatch,
  TableData,
  WorkloadAnswer,
  WorkloadData,
  WorkloadRequest,
} from './workload.ts';
export type { Workload } from './workload-file.ts';
