/**
 * A histogram of durations with a fixed relative error, in the log-linear layout of HdrHistogram
 * (http://hdrhistogram.org): 2,048 cells for the first 2,048 units, then 1,024 cells for each
 * doubling, so that a cell is never wider than 1/1,024 of its values. Values are integers of any unit;
 * in pitwall nanoseconds.
 *
 *     value     0 .. 2047        2048 .. 4095     4096 .. 8191
 *     cells     2048 of 1        1024 of 2        1024 of 4        ...
 */
export const significantDigits = 3;
const halfCountBits = 10;
const halfCount = 1 << halfCountBits;
/** The lowest bit length that leaves the first bucket: values below 2^11 have a cell each. */
const firstBucketBits = halfCountBits + 1;
const int31 = 2 ** 31;

/** One hour in nanoseconds: slower is counted as overflow. */
const defaultHighest = 3_600_000_000_000;

/** A histogram as plain data, which a structured clone can carry between threads without loss. */
export interface HistogramSnapshot {
  readonly highest: number;
  /** Pairs of cell and count. */
  readonly cells: Float64Array;
  readonly total: number;
  readonly overflow: number;
  readonly sum: number;
  readonly least: number;
  readonly greatest: number;
}

export class Histogram {
  /** The highest value that has a cell. */
  readonly highest: number;
  /** How often each cell was hit; see `findCell`. Doubles count exactly to 2^53. */
  readonly counts: Float64Array;
  /** Values recorded, overflow included. */
  total = 0;
  /** Values above `highest`: they count in `total`, `max` and every percentile, in the last cell. */
  overflow = 0;
  private sum = 0;
  private least = Number.POSITIVE_INFINITY;
  private greatest = 0;

  constructor(highest: number = defaultHighest) {
    this.highest = highest;
    this.counts = new Float64Array(findCell(highest) + 1);
  }

  /** Counts one value; negative ones count as 0. No allocation. */
  record(value: number): void {
    this.recordMany(value, 1);
  }

  recordMany(value: number, count: number): void {
    let cell = value > 0 ? findCell(value) : 0;
    if (cell >= this.counts.length) {
      cell = this.counts.length - 1;
      this.overflow += count;
    }
    this.counts[cell]! += count;
    this.total += count;
    if (value > 0) this.sum += value * count;
    if (value < this.least) this.least = Math.max(value, 0);
    if (value > this.greatest) this.greatest = value;
  }

  /**
   * Records a value and, as HdrHistogram's `recordValueWithExpectedInterval`, those that a stalled loop
   * failed to send: value - interval, value - 2 intervals and so on. Only to repair data of a closed
   * loop that claims a rate; an open loop needs no repair.
   */
  recordWithExpectedInterval(value: number, interval: number): void {
    this.record(value);
    if (interval <= 0) return;
    for (let missing = value - interval; missing >= interval; missing -= interval) this.record(missing);
  }

  /** Adds all of another histogram: the same as having recorded its values here. */
  merge(other: Histogram): void {
    const cells = Math.min(this.counts.length, other.counts.length);
    for (let cell = 0; cell < cells; cell++) this.counts[cell]! += other.counts[cell]!;
    const last = this.counts.length - 1;
    let beyond = 0;
    for (let cell = cells; cell < other.counts.length; cell++) beyond += other.counts[cell]!;
    this.counts[last]! += beyond;
    this.overflow += other.counts.length > this.counts.length ? beyond : other.overflow;
    this.total += other.total;
    this.sum += other.sum;
    this.least = Math.min(this.least, other.least);
    this.greatest = Math.max(this.greatest, other.greatest);
  }

  reset(): void {
    this.counts.fill(0);
    this.total = 0;
    this.overflow = 0;
    this.sum = 0;
    this.least = Number.POSITIVE_INFINITY;
    this.greatest = 0;
  }

  /**
   * The value that a share `q` (0..1) of the values does not exceed: the highest value of the cell
   * where it falls (as HdrHistogram), never more than the greatest recorded. 0 when empty.
   */
  quantile(q: number): number {
    if (this.total === 0) return 0;
    const rank = Math.max(1, Math.ceil(Math.min(1, q) * this.total - 1e-9));
    let seen = 0;
    for (let cell = 0; cell < this.counts.length; cell++) {
      seen += this.counts[cell]!;
      if (seen >= rank) {
        return cell === this.counts.length - 1 && this.overflow > 0
          ? this.greatest
          : Math.min(findHighest(cell), this.greatest);
      }
    }
    return this.greatest;
  }

  /** The exact mean of what was recorded here; from decoded counts that of the cells' midpoints. 0 when empty. */
  get mean(): number {
    return this.total === 0 ? 0 : this.sum / this.total;
  }

  /** The least value, exact. 0 when empty. */
  get min(): number {
    return this.total === 0 ? 0 : this.least;
  }

  /** The greatest value, exact, overflow included. 0 when empty. */
  get max(): number {
    return this.greatest;
  }

  /** Standard deviation (of the population) from the cells' midpoints. 0 when empty. */
  get standardDeviation(): number {
    if (this.total === 0) return 0;
    const mean = this.mean;
    let squares = 0;
    for (const { value, count } of this.cells()) squares += count * (value - mean) ** 2;
    return Math.sqrt(squares / this.total);
  }

  /** How many values are at most `value`, to the width of a cell. */
  countUpTo(value: number): number {
    const last = Math.min(value < 0 ? -1 : findCell(value), this.counts.length - 1);
    let count = 0;
    for (let cell = 0; cell <= last; cell++) count += this.counts[cell]!;
    return count;
  }

  /** Cells that were hit, ascending: the midpoint of the cell and how often. */
  *cells(): Generator<{ readonly value: number; readonly highest: number; readonly count: number }> {
    for (let cell = 0; cell < this.counts.length; cell++) {
      const count = this.counts[cell]!;
      if (count > 0) yield { value: findMiddle(cell), highest: findHighest(cell), count };
    }
  }

  /** Puts back the exact least and greatest value, which a format of counts only has to a cell. */
  restoreEnds(least: number, greatest: number): void {
    if (this.total === 0) return;
    this.least = least;
    this.greatest = greatest;
  }

  snapshot(): HistogramSnapshot {
    const cells: number[] = [];
    for (const [cell, count] of this.counts.entries()) if (count > 0) cells.push(cell, count);
    const { highest, total, overflow, sum, least, greatest } = this;
    return { highest, cells: Float64Array.from(cells), total, overflow, sum, least, greatest };
  }

  static restore(snapshot: HistogramSnapshot): Histogram {
    const histogram = new Histogram(snapshot.highest);
    for (let at = 0; at < snapshot.cells.length; at += 2) {
      histogram.counts[snapshot.cells[at]!] = snapshot.cells[at + 1]!;
    }
    histogram.total = snapshot.total;
    histogram.overflow = snapshot.overflow;
    histogram.sum = snapshot.sum;
    histogram.least = snapshot.least;
    histogram.greatest = snapshot.greatest;
    return histogram;
  }

  /** Takes over counts that were decoded: the exact values are gone, midpoints stand for them. */
  static fromCounts(highest: number, counts: ArrayLike<number>): Histogram {
    const histogram = new Histogram(highest);
    for (let cell = 0; cell < counts.length; cell++) {
      const count = counts[cell]!;
      if (count > 0) histogram.recordMany(findMiddle(cell), count);
    }
    return histogram;
  }
}

/** The cell of an integer value >= 0. */
export const findCell = (value: number): number => {
  if (value < int31) return cellOfInt(value | 0);
  // Bits above 31: drop 20 (2^20 cells' worth is exact, since cells there are wider than 2^20), then add those doublings.
  return cellOfInt(Math.floor(value / 1_048_576)) + 20 * halfCount;
};

const cellOfInt = (value: number): number => {
  const shift = 32 - firstBucketBits - Math.clz32(value | (halfCount * 2 - 1));
  return (shift << halfCountBits) + (value >> shift);
};

/** The lowest value of a cell. */
const findLowest = (cell: number): number => {
  const shift = measureShift(cell);
  return (cell - shift * halfCount) * 2 ** shift;
};

/** The highest integer value of a cell. */
const findHighest = (cell: number): number => findLowest(cell) + 2 ** measureShift(cell) - 1;

const findMiddle = (cell: number): number => findLowest(cell) + Math.floor(2 ** measureShift(cell) / 2);

const measureShift = (cell: number): number => (cell < 2 * halfCount ? 0 : (cell >> halfCountBits) - 1);
