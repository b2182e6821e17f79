/**
 * Weights of 0, 1, ... n customers at a place, as natural logarithms. They span hundreds of orders of
 * magnitude (Z^n / n! with 1,000 customers), and every operation here only adds positive terms, so that
 * nothing cancels: the reason why this solver cannot give the negative probabilities of multi-server MVA.
 */
export type LogSequence = Float64Array;

/** Weights of a place that completes `rateOf(n)` customers a millisecond when n are there. */
export const placeWithRate = (population: number, predictRate: (customers: number) => number): LogSequence => {
  const sequence = new Float64Array(population + 1);
  for (let n = 1; n <= population; n += 1) sequence[n] = sequence[n - 1]! - Math.log(predictRate(n));
  return sequence;
};

/** Terms smaller than e^-46 (1e-20) of the largest do not change a double. */
const negligible = -46;

/**
 * Weights of two places together: c[k] = sum of a[i] b[k-i]. No place slows down as it fills, so each sequence
 * is concave and the terms rise to one peak, which only moves up with k: the sum walks outwards from it until
 * nothing counts: 0.4 ms instead of 20 for 800 customers.
 */
const convolve = (a: LogSequence, b: LogSequence): LogSequence => {
  const result = new Float64Array(a.length);
  let peak = 0;
  for (let k = 0; k < a.length; k += 1) {
    while (peak < k && a[peak + 1]! + b[k - peak - 1]! > a[peak]! + b[k - peak]!) peak += 1;
    const largest = a[peak]! + b[k - peak]!;
    let sum = 1;
    for (let i = peak - 1; i >= 0; i -= 1) {
      const below = a[i]! + b[k - i]! - largest;
      if (below < negligible) break;
      sum += Math.exp(below);
    }
    for (let i = peak + 1; i <= k; i += 1) {
      const below = a[i]! + b[k - i]! - largest;
      if (below < negligible) break;
      sum += Math.exp(below);
    }
    result[k] = largest + Math.log(sum);
  }
  return result;
};

/**
 * All the places together, each as often as it has copies; a lone customer-less place (weight 1 for nobody,
 * nothing for anybody) when there are none.
 */
export const combine = (
  population: number,
  places: readonly { readonly one: LogSequence; readonly copies: number }[],
): LogSequence => {
  let whole: LogSequence | undefined;
  for (const { one, copies } of places) {
    let square = one;
    // Repeated squaring: 64 copies are 6 convolutions.
    for (let left = copies; left > 0; left >>= 1) {
      if (left % 2 === 1) whole = whole === undefined ? square : convolve(whole, square);
      if (left > 1) square = convolve(square, square);
    }
  }
  if (whole !== undefined) return whole;
  const nobody = new Float64Array(population + 1).fill(Number.NEGATIVE_INFINITY);
  nobody[0] = 0;
  return nobody;
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
