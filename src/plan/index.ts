export { type Candidate, type CandidateSettings, expectedRoundTrips, loadCandidate } from './candidate.ts';
export type { Conditions, Instruments, LinkPlace, LinkPlan, Placement } from './conditions.ts';
export { formatDurationMs, parseDurationMs } from './duration.ts';
export type { PlanEntry } from './entries.ts';
export { appPlanFile, type WrittenPlan, writeAppPlan } from './init/app-plan.ts';
export { type FoundApp, findApp } from './init/find-app.ts';
export { type NewAppOptions, writeNewApp } from './init/new-app.ts';
export { describeOtherDatabase } from './init/plan-text.ts';
export {
  type DatabasePlaceholder,
  databasePlaceholders,
  fillPlaceholders,
  findUnknownPlaceholder,
} from './placeholders.ts';
export {
  type LoadPlanOptions,
  loadPlan,
  type Plan,
} from './plan.ts';
export { findFlag, type PlanOverrides, type Schedule } from './schedule.ts';
export { planJsonSchema } from './schema.ts';
export {
  isUrlArgument,
  planUrls,
  type UrlPlan,
  type UrlTarget,
} from './url-plan.ts';
export type {
  ContractProbe,
  GenerateWorkload,
  Mismatch,
  TableData,
  WorkloadAnswer,
  WorkloadData,
  WorkloadRequest,
} from './workload/workload.ts';
export type { Workload } from './workload/workload-file.ts';
