/** A point of a sweep for people, `maxconn 10, pool 5`: how a plan names its entries, and how a report finds them again. */
export const labelPoint = (values: Readonly<Record<string, string | number | boolean>>): string =>
  Object.entries(values)
    .map(([key, value]) => `${labelKey(key)} ${value}`)
    .join(', ');

/** The last part of a key, which says enough but for a component's processors and its priority. */
const labelKey = (key: string): string => {
  const [first, ...rest] = key.split('.');
  const last = rest.at(-1) ?? first!;
  return first === 'cpus' || first === 'nice' ? `${last} ${first}` : last;
};
