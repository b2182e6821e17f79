/** A sum with its extremes. */
export interface SpreadNs {
  count: number;
  sum: number;
  min: number;
  max: number;
}

export const emptySpread = (): SpreadNs => ({ count: 0, sum: 0, min: Number.POSITIVE_INFINITY, max: 0 });

export const addTo = (spread: SpreadNs, value: number): void => {
  spread.count++;
  spread.sum += value;
  if (value < spread.min) spread.min = value;
  if (value > spread.max) spread.max = value;
};
