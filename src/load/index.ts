export type { LatencySummary, LoadRequest, RequestCounts, SampledAnswer } from './types.ts';
