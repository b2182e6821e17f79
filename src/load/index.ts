export { measureCeiling, withCeilingFlag } from './ceiling/ceiling.ts';
export { drawUrls } from './job/drawn-urls.ts';
export { type LoadJob, type LoadModel, type LoadTarget, loadJob } from './job/job.ts';
export { jobFromOptions, type LoadFiles, type LoadOptions } from './job/job-from-options.ts';
export { parseCount, parseRate } from './job/parse.ts';
export { parseRequests } from './job/parse-requests.ts';
export { parseThreshold, type Threshold, testThreshold } from './job/threshold.ts';
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
} from './job/types.ts';
export { type FindRateOptions, findRate, type RateTrial } from './pacing/find-rate.ts';
export type { LoadProcessLine } from './process.ts';
export { loadProcessFlags } from './process-flags.ts';
export { type LoadHooks, runLoad } from './run.ts';
export { type AnswerRow, csvFormat } from './text/csv.ts';
export { formatExchange } from './text/exchange.ts';
export { formatHdr, formatHdrResult } from './text/hdr.ts';
export { formatJson } from './text/json.ts';
export { formatText, type TextOptions } from './text/text.ts';
export { type TimeUnit, timeUnitNamed } from './text/units.ts';
