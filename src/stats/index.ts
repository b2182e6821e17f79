export { type Estimate, logRatios, meanInterval, type RatioEstimate, ratioInterval } from './interval.ts';
