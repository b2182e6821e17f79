export { controlledMean } from './controlled-mean.ts';
export { decideFamily, type FamilyDecision } from './family/decision.ts';
export { type FamilyJudgement, judgeFamily, type PairJudgement } from './family/family.ts';
export type { Looks } from './family/looks.ts';
export { Histogram, type HistogramSnapshot } from './histogram/histogram.ts';
export { decodeHistogram, encodeHistogram } from './histogram/histogram-codec.ts';
export {
  type PercentileEstimate,
  percentileInterval,
  percentileIntervalFromCounts,
  percentileIsSupported,
  type ValueCount,
} from './histogram/percentile-interval.ts';
export {
  type Estimate,
  figureInterval,
  geometricMeanInterval,
  logRatios,
  meanInterval,
  type RatioEstimate,
  ratioInterval,
} from './interval.ts';
export { createRandom, type Random } from './random.ts';
export { average, findMedian } from './sample.ts';
export { effectiveCount, lagOneAutocorrelation } from './series/autocorrelation.ts';
export { changePoints, type LevelStep, levelSteps, splitSegments } from './series/change-points.ts';
export { outlierIndexes } from './series/outliers.ts';
export { fitLine, type LinearFit } from './series/regression.ts';
export { linearTrend, type Trend } from './series/trend.ts';
export { equivalenceP, holm, tTestP } from './significance.ts';
export { type StoppingDecision, type StoppingRule, shouldStop } from './stopping.ts';
export { type UnpairedRatio, unpairedRatio } from './unpaired.ts';
