export { measureCeiling, withCeilingFlag } from './ceiling.ts';
export { type FindRateOptions, findRate, type RateTrial } from './find-rate.ts';
export { type LoadJob, type LoadModel, type LoadTarget, loadJob, parseLoadJob } from './job.ts';
export { jobFromOptions, type LoadFiles, type LoadOptions } from './job-from-options.ts';
export { parseRate } from './parse.ts';
export type { LoadProcessLine } from './process.ts';
export { type AnswerRow, csvHeader, formatCsvRow } from './report/csv.ts';
export { formatHdr } from './report/hdr.ts';
export { formatJson } from './report/json.ts';
export { formatText, shownHistogram, type TextOptions } from './report/text.ts';
export { timeUnitNamed } from './report/units.ts';
export { parseRequestFile } from './request-file.ts';
export { type LoadHooks, runLoad } from './run.ts';
export { parseThreshold, type Threshold, testThreshold } from './threshold.ts';
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
