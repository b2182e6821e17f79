/** Packages of one file by name, as its format spells them. The first version of a name stands. */
export type Versions = Map<string, string>;

export const addVersion = (versions: Versions, name: unknown, version: unknown): void => {
  if (typeof name !== 'string' || typeof version !== 'string' || name === '' || version === '') return;
  if (!versions.has(name)) versions.set(name, version);
};

/** The object that parsed data is, or an empty one: what a file holds may be anything. `Name`: the fields that are read. */
export const asObject = <Name extends string = string>(value: unknown): { readonly [name in Name]?: unknown } =>
  typeof value === 'object' && value !== null ? value : {};

export const asList = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
