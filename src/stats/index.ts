export { effectiveCount, lagOneAutocorrelation } from './autocorrelation.ts';
export { changePoints, type LevelStep, levelSteps, segmentsOf } from './change-points.ts';
export { controlledMean } from './controlled-mean.ts';
export { Histogram, type HistogramSnapshot } from './histogram.ts';
export { decodeHistogram, encodeHistogram } from './histogram-codec.ts';
export {
  type Estimate,
  figureInterval,
  geometricMeanInterval,
  logRatios,
  meanInterval,
  type RatioEstimate,
  ratioInterval,
} from './interval.ts';
export { outlierIndexes } from './outliers.ts';
export {
  type PercentileEstimate,
  percentileInterval,
  percentileIntervalFromCounts,
  percentileIsSupported,
  type ValueCount,
} from './percentile-interval.ts';
export { maxRounds, minimumDetectableRatio, pilotRounds, roundsForPrecision, roundsToDetect } from './power.ts';
export { createRandom, type Random } from './random.ts';
export { fitLine, type LinearFit } from './regression.ts';
export { meanOf, medianAbsoluteDeviation, medianOf } from './sample.ts';
export { equivalenceP, holm, tTestP } from './significance.ts';
export { type StoppingDecision, type StoppingRule, shouldStop } from './stopping.ts';
export { linearTrend, type Trend } from './trend.ts';
export { type UnpairedRatio, unpairedRatio } from './unpaired.ts';
export { type Comparison, type Verdict, type VerdictFacts, type VerdictOptions, verdictsOf } from './verdict.ts';
