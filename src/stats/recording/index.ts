/*
 * What is needed to draw and to record while a load runs. The index of the room has the distributions as well, which are 480 files: a
 * program that starts in a tenth of a second can't load them.
 */
export { Histogram, type HistogramSnapshot } from '../histogram/histogram.ts';
export { decodeHistogram, encodeHistogram } from '../histogram/histogram-codec.ts';
export { createRandom, type Random } from '../random.ts';
