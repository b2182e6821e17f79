export { type LoadJob, type LoadModel, type LoadTarget, loadJob, parseLoadJob } from './job.ts';
export type { LoadProcessLine } from './process.ts';
export { type LoadHooks, runLoad } from './run.ts';
export type {
  LatencySummary,
  LoadFlag,
  LoadRequest,
  LoadResult,
  RequestClass,
  RequestCounts,
  SampledAnswer,
  Spread,
  TimelineWindow,
} from './types.ts';
