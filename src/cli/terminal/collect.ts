/** For an option that may be repeated: all of its values, in their order. */
export const collect = (value: string, before: readonly string[] = []): readonly string[] => [...before, value];
