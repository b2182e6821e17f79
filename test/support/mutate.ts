import type { Random } from '../../src/stats/index.ts';

/** What nobody means to write, or what is at an edge: sizes that would exhaust memory, other types, text that terminals obey. */
const oddities: readonly unknown[] = [
  ...[null, true, false, 0, -0, -1, 0.5, 1, 3, 1e-9, 65_536, 2 ** 31, 2 ** 53, 1e21, 1e308, -1e308],
  ...['', ' ', '0', '-1', '1e308', '1e9h', '99999999999h', '0s', '10ms', 'NaN', '*', '__proto__', 'x'.repeat(100_000)],
  ...['\u001b[31mred', '\u202e', '\0', '\ud800', '../../../etc/passwd', '/dev/zero', '/', '.', '$HOME', '%zz', '<b>'],
  ...[
    [],
    {},
    [null],
    [[]],
    [1e308],
    { '': 0 },
    { constructor: 1 },
    Array(5_000).fill(1),
    JSON.parse('{"__proto__":{"x":1}}'),
  ],
];

type Tree = Record<string, unknown> | unknown[];
const isTree = (value: unknown): value is Tree => typeof value === 'object' && value !== null;
const pick = <T>(from: readonly T[], random: Random): T =>
  from[Math.min(from.length - 1, Math.floor(random.uniform() * from.length))]!;

/** Every place in a tree: what holds it, and its key. */
const placesOf = (tree: Tree): readonly (readonly [Tree, string])[] =>
  Object.keys(tree).flatMap((key) => {
    const value = (tree as Record<string, unknown>)[key];
    return [[tree, key] as const, ...(isTree(value) ? placesOf(value) : [])];
  });

const nested = (depth: number): unknown => {
  let value: unknown = 1;
  for (let level = 0; level < depth; level += 1) value = level % 2 === 0 ? [value] : { a: value };
  return value;
};

/** A copy of JSON data with one to three places changed: replaced, removed, doubled, renamed, scaled or exchanged. */
export const mutate = <T extends object>(original: T, random: Random): unknown => {
  const copy = structuredClone(original) as unknown as Tree;
  for (let changes = 1 + Math.floor(random.uniform() * 3); changes > 0; changes -= 1) {
    const places = placesOf(copy);
    if (places.length === 0) break;
    const [holder, key] = pick(places, random);
    const tree = holder as Record<string, unknown>;
    const value = tree[key];
    const kind = Math.floor(random.uniform() * 8);
    if (kind <= 2) tree[key] = structuredClone(pick(oddities, random));
    else if (kind === 3 && Array.isArray(holder)) holder.splice(Number(key), 1);
    else if (kind === 3) delete tree[key];
    else if (kind === 4 && Array.isArray(holder)) holder.push(structuredClone(value));
    else if (kind === 4) tree[`${key}2`] = value;
    else if (kind === 5)
      tree[key] = typeof value === 'number' ? value * pick([-1, 1e3, 1e12, 1e300, 1e-300], random) : [value];
    else if (kind === 6) tree[key] = structuredClone(pick(places, random)[0]);
    else if (random.uniform() < 0.1) {
      tree[key] = nested(pick([50, 3_000], random));
      // What looks for places goes down by calling itself.
      break;
    } else tree[key] = structuredClone(pick(oddities, random));
  }
  return copy;
};
