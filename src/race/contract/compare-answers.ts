import { isDeepStrictEqual } from 'node:util';
import type { Mismatch, WorkloadAnswer } from '../../plan/index.ts';

/** What one server answered to the same request, asked twice: where the two differ, answers vary by themselves. */
export type AnswerPair = readonly [WorkloadAnswer, WorkloadAnswer];

const mostMismatches = 5;
/** Where a page differs by itself in more places, the rest is not looked at. */
const mostVarying = 10_000;
/** Longer bodies are compared as bytes. */
const mostJsonBytes = 4 * 2 ** 20;

/**
 * Where the answers of a server differ from those of the reference: in status, type or content. Values that vary from one answer of a
 * server to its next (times, identifiers, things drawn at random) are not compared.
 * @param isIgnored says of a JSON path, such as `$.items[0].id`, that it does not matter
 */
export const compareAnswers = (
  reference: AnswerPair,
  other: AnswerPair,
  isIgnored: (path: string) => boolean = () => false,
): readonly Mismatch[] => {
  const [expected, actual] = [reference[0], other[0]];
  if (expected.status !== actual.status) return [mismatch('status', expected.status, actual.status)];
  const [wantedType, type] = [readType(expected), readType(actual)];
  if (wantedType !== type) return [mismatch('content-type', wantedType, type)];
  const parsed = [...reference, ...other].map(parseJson);
  if (parsed.every((one) => one !== undefined)) {
    const [first, again, own, ownAgain] = parsed.map(({ value }) => value);
    const varying = new Set(
      [...differences(first, again, mostVarying), ...differences(own, ownAgain, mostVarying)].map(({ path }) => path),
    );
    return differences(first, own, mostVarying)
      .filter(({ path }) => !isWithin(path, varying) && !isIgnored(path))
      .slice(0, mostMismatches);
  }
  const varies = [reference, other].some(([one, next]) => !isSame(one.body, next.body));
  if (varies || isSame(expected.body, actual.body)) return [];
  return [mismatch('body', `${expected.body.length} bytes`, describeBody(expected.body, actual.body))];
};

/** Where the two answers of one server differ; indexes are left out (`$.items[].id`), and a body that is no JSON is `body`. */
export const listVarying = ([first, again]: AnswerPair): readonly string[] => {
  const [one, next] = [parseJson(first), parseJson(again)];
  if (one === undefined || next === undefined) return isSame(first.body, again.body) ? [] : ['body'];
  const paths = differences(one.value, next.value, mostVarying).map(({ path }) => path.replace(/\[\d+\]/g, '[]'));
  return [...new Set(paths)];
};

const describeBody = (expected: Uint8Array, actual: Uint8Array): string => {
  const at = expected.findIndex((byte, index) => byte !== actual[index]);
  return `${actual.length} bytes that differ from byte ${at < 0 ? expected.length : at} on`;
};

const isSame = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0;

export const readType = ({ headers }: WorkloadAnswer): string =>
  (headers['content-type'] ?? 'none').split(';')[0]!.trim().toLowerCase();

/** In an object, so that `null` is an answer. */
const parseJson = ({ headers, body }: WorkloadAnswer): { readonly value: unknown } | undefined => {
  if (body.length > mostJsonBytes || !/[/+]json\b/i.test(headers['content-type'] ?? '')) return undefined;
  try {
    return { value: JSON.parse(Buffer.from(body).toString('utf8')) as unknown };
  } catch {
    return undefined;
  }
};

/** What varies with its parent, such as the length of a list, varies itself. */
const isWithin = (path: string, varying: ReadonlySet<string>): boolean => {
  for (const one of varying) if (path === one || path.startsWith(`${one}.`) || path.startsWith(`${one}[`)) return true;
  return false;
};

/** Leaf by leaf, without recursion: documents nest as deeply as their writers like. */
const differences = (expected: unknown, actual: unknown, most: number): readonly Mismatch[] => {
  const found: Mismatch[] = [];
  const left: { readonly path: string; readonly a: unknown; readonly b: unknown }[] = [
    { path: '$', a: expected, b: actual },
  ];
  for (let next = left.pop(); next !== undefined && found.length < most; next = left.pop()) {
    const { path, a, b } = next;
    if (Array.isArray(a) && Array.isArray(b)) {
      if (a.length !== b.length) found.push(mismatch(path, `${a.length} elements`, `${b.length} elements`));
      else
        for (let index = a.length - 1; index >= 0; index -= 1)
          left.push({ path: `${path}[${index}]`, a: a[index], b: b[index] });
    } else if (isObject(a) && isObject(b)) {
      for (const key of [...new Set([...Object.keys(a), ...Object.keys(b)])].reverse()) {
        left.push({ path: `${path}.${key}`, a: a[key], b: b[key] });
      }
    } else if (!isDeepStrictEqual(a, b)) {
      found.push(mismatch(path, describe(a), describe(b)));
    }
  }
  return found;
};

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const mismatch = (path: string, expected: unknown, actual: unknown): Mismatch => ({
  path: shorten(path),
  expected: String(expected),
  actual: String(actual),
});

const describe = (value: unknown): string => {
  if (value === undefined) return 'nothing';
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (isObject(value)) return 'an object';
  return shorten(JSON.stringify(value));
};

const shorten = (text: string): string => (text.length <= 120 ? text : `${text.slice(0, 120)}…`);
