import type { Mismatch } from '../../src/plan/index.ts';

/**
 * The first place where two JSON values differ, going through `expected` in its own order, then through
 * what `actual` has beyond it. The order of an object's keys means nothing.
 */
export const firstDifference = (expected: unknown, actual: unknown, path = '$'): Mismatch | undefined => {
  if (Array.isArray(expected) && Array.isArray(actual)) {
    return firstOf(Math.max(expected.length, actual.length), (index) =>
      entryDifference(expected, actual, String(index), `${path}[${index}]`),
    );
  }
  if (isObject(expected) && isObject(actual)) {
    const keys = [...new Set([...Object.keys(expected), ...Object.keys(actual)])];
    return firstOf(keys.length, (index) => {
      const key = keys[index]!;
      return entryDifference(expected, actual, key, memberPath(path, key));
    });
  }
  return Object.is(expected, actual) ? undefined : { path, expected: shown(expected), actual: shown(actual) };
};

/** JSON text of at most 120 characters. */
export const shown = (value: unknown): string => {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 120 ? `${text.slice(0, 119)}…` : text;
};

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const memberPath = (path: string, key: string): string =>
  /^[\p{L}_$][\p{L}\p{N}_$]*$/u.test(key) ? `${path}.${key}` : `${path}[${JSON.stringify(key)}]`;

const firstOf = (count: number, differenceAt: (index: number) => Mismatch | undefined): Mismatch | undefined => {
  for (let index = 0; index < count; index += 1) {
    const difference = differenceAt(index);
    if (difference) return difference;
  }
  return undefined;
};

const entryDifference = (expected: object, actual: object, key: string, path: string): Mismatch | undefined => {
  const wanted = Object.hasOwn(expected, key);
  const given = Object.hasOwn(actual, key);
  const expectedEntry: unknown = Reflect.get(expected, key);
  const actualEntry: unknown = Reflect.get(actual, key);
  if (wanted && given) return firstDifference(expectedEntry, actualEntry, path);
  return wanted
    ? { path, expected: shown(expectedEntry), actual: 'nothing' }
    : { path, expected: 'nothing', actual: shown(actualEntry) };
};
