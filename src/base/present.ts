/** The property where there is a value, and none where there is none: for spreading into an object whose property is optional. */
export const present = <K extends string, V>(key: K, value: V | undefined): { readonly [key in K]?: V } =>
  (value === undefined ? {} : { [key]: value }) as { readonly [key in K]?: V };
