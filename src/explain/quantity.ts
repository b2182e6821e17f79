/** A number with the range it was measured to lie in (a 95 % interval), both ends equal when it is a setting. */
export interface Quantity {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** A number that is known, not measured. */
export const exactly = (value: number): Quantity => ({ value, low: value, high: value });

/** A number with its interval. */
export const between = (low: number, value: number, high: number): Quantity => ({ value, low, high });

/** A number and its interval, multiplied. */
export const scaled = ({ value, low, high }: Quantity, factor: number): Quantity => ({
  value: value * factor,
  low: low * factor,
  high: high * factor,
});

/** Where a quantity stands in the data around it: `database.linkMs`. */
export interface NamedQuantity {
  readonly path: string;
  readonly quantity: Quantity;
}

/** All quantities in a piece of plain data whose ends differ: those that a result can be unsure because of. */
export const uncertainQuantities = (data: unknown): readonly NamedQuantity[] => {
  const found: NamedQuantity[] = [];
  mapQuantities(data, '', (quantity, path) => {
    if (quantity.low !== quantity.high) found.push({ path, quantity });
    return quantity;
  });
  return found;
};

/** A copy of the data in which the quantity at `path` has another value. */
export const withValueAt = <T>(data: T, path: string, value: number): T =>
  mapQuantities(data, '', (quantity, at) => (at === path ? { ...quantity, value } : quantity)) as T;

/**
 * How far a result is off because its inputs are: each input is moved to either end of its interval alone,
 * and the shifts add as independent errors do, upwards and downwards apart. Right for smooth results and
 * small intervals; what the model itself gets wrong is not in it.
 */
export const propagate = <T>(data: T, resultOf: (data: T) => number): Quantity => {
  const value = resultOf(data);
  let up = 0;
  let down = 0;
  for (const { path, quantity } of uncertainQuantities(data)) {
    const shifts = [quantity.low, quantity.high].map((end) => resultOf(withValueAt(data, path, end)) - value);
    up += Math.max(0, ...shifts) ** 2;
    down += Math.min(0, ...shifts) ** 2;
  }
  return { value, low: value - Math.sqrt(down), high: value + Math.sqrt(up) };
};

const isQuantity = (data: object): data is Quantity => 'value' in data && 'low' in data && 'high' in data;

const mapQuantities = (
  data: unknown,
  path: string,
  change: (quantity: Quantity, path: string) => Quantity,
): unknown => {
  if (typeof data !== 'object' || data === null) return data;
  if (Array.isArray(data)) return data.map((item, index) => mapQuantities(item, `${path}[${index}]`, change));
  if (isQuantity(data)) return change(data, path);
  return Object.fromEntries(
    Object.entries(data).map(([key, item]) => [key, mapQuantities(item, path === '' ? key : `${path}.${key}`, change)]),
  );
};
