import { PitwallError } from '../../base/index.ts';

/** As oha takes them, long and short. */
const unitMs: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  usec: 1e-3,
  ms: 1,
  msec: 1,
  s: 1_000,
  sec: 1_000,
  second: 1_000,
  m: 60_000,
  min: 60_000,
  minute: 60_000,
  h: 3_600_000,
  hr: 3_600_000,
  hour: 3_600_000,
  d: 86_400_000,
  day: 86_400_000,
};

const chooseUnit = (name: string): number | undefined => unitMs[name] ?? unitMs[name.replace(/(?<=[a-z][^s])s$/, '')];

/** `10s`, `500ms`, `1m30s`, `2 minutes`, `1h`, `1day`; a bare number is seconds. Milliseconds. Throws `load.invalid`. */
export const parseDurationMs = (text: string): number => {
  const trimmed = text.trim();
  if (/^\d+(\.\d+)?$/.test(trimmed)) return Number(trimmed) * 1_000;
  const parts = [...trimmed.matchAll(/(\d+(?:\.\d+)?)\s*([a-z]+)\s*/g)];
  let sum = parts.map(([part]) => part).join('') === trimmed && parts.length > 0 ? 0 : Number.NaN;
  for (const [, number, unit] of parts) sum += Number(number) * (chooseUnit(unit!) ?? Number.NaN);
  if (!Number.isNaN(sum)) return sum;
  throw new PitwallError('load.invalid', `"${text}" is not a duration such as 10s, 500ms or 1m30s.`);
};

/** `200`, `10k`, `1m`. Throws `load.invalid`. */
export const parseCount = (text: string): number => {
  const groups = /^(\d+(?:\.\d+)?)([km]?)$/i.exec(text.trim());
  const count =
    groups === null
      ? Number.NaN
      : Number(groups[1]) * { '': 1, k: 1_000, m: 1_000_000 }[groups[2]!.toLowerCase() as '']!;
  if (!Number.isInteger(count) || count < 1) {
    throw new PitwallError('load.invalid', `"${text}" is not a number such as 200, 10k or 1m.`);
  }
  return count;
};

/** `1000`, `2.5k`: requests per second. Throws `load.invalid`. */
export const parseRate = (text: string): number => {
  const groups = /^(\d+(?:\.\d+)?)(k?)(?:\/s)?$/i.exec(text.trim());
  const rate = groups === null ? 0 : Number(groups[1]) * (groups[2] === '' ? 1 : 1_000);
  if (rate <= 0)
    throw new PitwallError('load.invalid', `"${text}" is not a rate such as 200 or 2.5k (requests per second).`);
  return rate;
};

/** `10s:100,30s:1000`: ramps, each to its rate. Throws `load.invalid`. */
export const parseStages = (text: string): { readonly durationMs: number; readonly ratePerS: number }[] =>
  text.split(',').map((stage) => {
    const groups = /^([^:]+):(\d+(?:\.\d+)?)$/.exec(stage.trim());
    if (groups === null) {
      throw new PitwallError(
        'load.invalid',
        `"${stage}" is not a stage such as 10s:100 (a duration, and the rate at its end).`,
      );
    }
    return { durationMs: parseDurationMs(groups[1]!), ratePerS: Number(groups[2]) };
  });

/** `name: value`. Throws `load.invalid`. */
export const parseHeader = (text: string): readonly [string, string] => {
  const colon = text.indexOf(':');
  if (colon <= 0) throw new PitwallError('load.invalid', `"${text}" is not a header such as "Accept: text/html".`);
  // Not trim(): that takes a no-break space for a blank, and a line break.
  return [text.slice(0, colon), text.slice(colon + 1)].map((part) => part.replace(/^[ \t]+|[ \t]+$/g, '')) as [
    string,
    string,
  ];
};

/** `200,404,500-599`. Throws `load.invalid`. */
export const parseStatuses = (text: string): number[] =>
  text.split(',').flatMap((part) => {
    const groups = /^([1-9]\d\d)(?:-([1-9]\d\d))?$/.exec(part.trim());
    if (groups === null) throw new PitwallError('load.invalid', `"${part}" is not a status such as 200 or 500-599.`);
    const [from, to] = [Number(groups[1]), Number(groups[2] ?? groups[1])];
    return Array.from({ length: Math.max(0, to - from + 1) }, (_, index) => from + index);
  });
