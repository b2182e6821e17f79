export { type Estimate, logRatios, meanInterval, type RatioEstimate, ratioInterval } from './interval.ts';
export { Histogram } from './histogram.ts';
export { decodeHistogram, encodeHistogram } from './histogram-codec.ts';
