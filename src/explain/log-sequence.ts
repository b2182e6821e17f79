/**
 * Weights of 0, 1, ... n customers at a place, as natural logarithms. They span hundreds of orders of
 * magnitude (Z^n / n! with 1,000 customers), and every operation here only adds positive terms, so that
 * nothing cancels: the reason why this solver cannot give the negative probabilities of multi-server MVA.
 */
export type LogSequence = Float64Array;

/** A place with no customers but none: the neutral element of `convolve`. */
export const emptyPlace = (population: number): LogSequence => {
  const sequence = new Float64Array(population + 1).fill(Number.NEGATIVE_INFINITY);
  sequence[0] = 0;
  return sequence;
};

/** Weights of a place that completes `rateOf(n)` customers a millisecond when n are there. */
export const placeWithRate = (population: number, rateOf: (customers: number) => number): LogSequence => {
  const sequence = new Float64Array(population + 1);
  for (let n = 1; n <= population; n += 1) sequence[n] = sequence[n - 1]! - Math.log(rateOf(n));
  return sequence;
};

/** Terms smaller than e^-46 (1e-20) of the largest do not change a double. */
const negligible = -46;

/** Weights of two places together: c[k] = sum of a[i] b[k-i]. */
export const convolve = (a: LogSequence, b: LogSequence): LogSequence => {
  const length = a.length;
  const result = new Float64Array(length);
  for (let k = 0; k < length; k += 1) {
    let largest = Number.NEGATIVE_INFINITY;
    for (let i = 0; i <= k; i += 1) {
      const term = a[i]! + b[k - i]!;
      if (term > largest) largest = term;
    }
    let sum = 0;
    for (let i = 0; i <= k; i += 1) {
      const below = a[i]! + b[k - i]! - largest;
      if (below > negligible) sum += Math.exp(below);
    }
    result[k] = largest + Math.log(sum);
  }
  return result;
};

/** `copies` equal places together, by repeated squaring. */
export const convolvePower = (place: LogSequence, copies: number): LogSequence => {
  let result = emptyPlace(place.length - 1);
  let square = place;
  for (let left = copies; left > 0; left >>= 1) {
    if (left % 2 === 1) result = convolve(result, square);
    if (left > 1) square = convolve(square, square);
  }
  return result;
};

/** Completions a millisecond of the whole with k customers: G(k - 1) / G(k); never falling in k. */
export const throughputs = (whole: LogSequence): Float64Array => {
  const rates = new Float64Array(whole.length);
  for (let k = 1; k < whole.length; k += 1) {
    // More customers never lower a closed network's throughput when no place slows down; rounding could by 1e-13.
    rates[k] = Math.max(rates[k - 1]!, Math.exp(whole[k - 1]! - whole[k]!));
  }
  return rates;
};
