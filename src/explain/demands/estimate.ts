/** A number with the range it was measured to lie in (a 95 % interval), both ends equal when it is a setting. */
export interface Estimate {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** A number that is known, not measured. */
export const exactly = (value: number): Estimate => ({ value, low: value, high: value });

/** A number with its interval. */
export const between = (low: number, value: number, high: number): Estimate => ({ value, low, high });

/** A number and its interval, multiplied. */
export const scaled = ({ value, low, high }: Estimate, factor: number): Estimate => ({
  value: value * factor,
  low: low * factor,
  high: high * factor,
});

/** Where a quantity stands in the data around it: `database.linkMs`. */
export interface NamedEstimate {
  readonly path: string;
  readonly estimate: Estimate;
}

/** All quantities in a piece of plain data whose ends differ: those that a result can be unsure because of. */
export const uncertainEstimates = (data: unknown): readonly NamedEstimate[] => {
  const found: NamedEstimate[] = [];
  mapEstimates(data, '', (estimate, path) => {
    if (estimate.low !== estimate.high) found.push({ path, estimate });
    return estimate;
  });
  return found;
};

/** A copy of the data in which the quantity at `path` has another value. */
export const withValueAt = <T>(data: T, path: string, value: number): T =>
  mapEstimates(data, '', (estimate, at) => (at === path ? { ...estimate, value } : estimate)) as T;

/**
 * How far a result is off because its inputs are: each input is moved to either end of its interval alone,
 * and the shifts add as independent errors do, upwards and downwards apart. Right for smooth results and
 * small intervals; what the model itself gets wrong is not in it.
 */
export const propagate = <T>(data: T, buildResult: (data: T) => number): Estimate => {
  const value = buildResult(data);
  let up = 0;
  let down = 0;
  for (const { path, estimate } of uncertainEstimates(data)) {
    const shifts = [estimate.low, estimate.high].map((end) => buildResult(withValueAt(data, path, end)) - value);
    up += Math.max(0, ...shifts) ** 2;
    down += Math.min(0, ...shifts) ** 2;
  }
  return { value, low: value - Math.sqrt(down), high: value + Math.sqrt(up) };
};

const isEstimate = (data: object): data is Estimate => 'value' in data && 'low' in data && 'high' in data;

const mapEstimates = (data: unknown, path: string, change: (estimate: Estimate, path: string) => Estimate): unknown => {
  if (typeof data !== 'object' || data === null) return data;
  if (Array.isArray(data)) return data.map((item, index) => mapEstimates(item, `${path}[${index}]`, change));
  if (isEstimate(data)) return change(data, path);
  return Object.fromEntries(
    Object.entries(data).map(([key, item]) => [key, mapEstimates(item, path === '' ? key : `${path}.${key}`, change)]),
  );
};
