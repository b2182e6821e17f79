import type { Histogram } from '../../stats/recording/index.ts';

export interface Bin {
  /** Upper edge; the first bin holds only the fastest. */
  readonly upTo: number;
  readonly count: number;
}

/** Bins of equal width from the fastest to the slowest, as oha draws them: `(upTo - width, upTo]` each. */
export const linearBins = (histogram: Histogram, bins: number): Bin[] => {
  const { min, max } = histogram;
  const width = (max - min) / (bins - 1);
  const counts = new Array<number>(bins).fill(0);
  let left = histogram.total;
  for (const { value, count } of histogram.cells()) {
    // The fastest is known exactly; a cell's midpoint may lie a hair beyond the slowest.
    const isFirst = left === histogram.total;
    if (isFirst) counts[0]! += 1;
    const bin = width > 0 ? Math.min(bins - 1, Math.max(0, Math.ceil((value - min) / width))) : 0;
    counts[bin]! += isFirst ? count - 1 : count;
    left -= count;
  }
  return counts.map((count, index) => ({ upTo: min + width * index, count }));
};
