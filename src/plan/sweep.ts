import { componentNames, labelPoint, PitwallError } from '../base/index.ts';
import type { CandidateSettings } from './candidate.ts';
import { type Conditions, makeConditions } from './conditions.ts';
import { type PlanFile, planFileSchema } from './schema.ts';
import { describeIssue, type LocatedYaml } from './yaml-file.ts';

export type SweepValue = string | number | boolean;

/** One point of the grid: what its rounds are played under, and settings for every candidate. */
export interface SweepPoint {
  /** `maxconn 10`, the values joined by commas; empty where there is no sweep. */
  readonly label: string;
  /** Values by the keys of the plan's `sweep`, e.g. `{"proxy.maxconn": 10}`. */
  readonly values: Readonly<Record<string, SweepValue>>;
  readonly conditions: Conditions;
  readonly settings: CandidateSettings;
}

const settingKeys = ['settings.workers', 'settings.pool', 'settings.threads'];
/** All that makes `Conditions`, but for the database's place: it is started once, for the whole race. */
const planKeys: readonly string[] = [
  ...['duration', 'warmup', 'settle', 'connections', 'startTimeout', 'timeout', 'sample'],
  ...['proxy', 'proxy.maxconn', 'proxy.pathPrefix', 'pooler', 'pooler.connections'],
  ...Object.keys(planFileSchema.shape.links.unwrap().shape).flatMap((place) =>
    ['', '.rtt', '.jitter', '.rate'].map((part) => `links.${place}${part}`),
  ),
  ...componentNames.filter((name) => name !== 'database').flatMap((name) => [`cpus.${name}`, `nice.${name}`]),
  ...Object.keys(planFileSchema.shape.instruments.unwrap().shape).map((name) => `instruments.${name}`),
  ...['tap', 'calibration', 'calibration.requests', 'calibration.crossCheck', 'calibration.tls'],
];
const sweepable: ReadonlySet<string> = new Set([...planKeys, ...settingKeys]);

/**
 * Every combination of the plan's sweep. Each point passes the plan's own checks, so `connections: [0]` gets the
 * message that it would get outside a sweep.
 * @throws PitwallError `plan.invalid`, with its line, for a key that cannot be swept, for a value that the plan refuses, and for a
 * value that stands twice.
 */
export const sweepPoints = (plan: PlanFile, source: LocatedYaml<PlanFile>): readonly SweepPoint[] => {
  // As written: a `__proto__` would be no key of the parsed object.
  for (const key of source.keysAt(['sweep'])) {
    if (!sweepable.has(key)) throw refused(source, [key], reasonAgainst(key));
  }
  let points: readonly Readonly<Record<string, SweepValue>>[] = [{}];
  for (const [key, values] of Object.entries(plan.sweep ?? {})) {
    const twice = values.findIndex((value, index) => values.some((other, at) => at < index && isSame(value, other)));
    if (twice >= 0) throw refused(source, [key, twice], `${values[twice]} stands there twice; each value is a point`);
    points = points.flatMap((point) => values.map((value) => ({ ...point, [key]: value })));
  }
  return points.map((values) => ({
    label: labelPoint(values),
    values,
    ...makePoint(plan, values, source),
  }));
};

/** Two values that would give points of one name. */
const isSame = (a: SweepValue, b: SweepValue): boolean => String(a) === String(b);

const reasonAgainst = (key: string): string =>
  key === 'cpus.database' || key === 'nice.database'
    ? 'cannot be swept: the database is started once, for the whole race'
    : `cannot be swept. What a round is played under can: ${[...new Set(planKeys.map((one) => one.split('.')[0]))].join(', ')} and ${settingKeys.join(', ')}`;

const refused = (source: LocatedYaml<PlanFile>, path: readonly PropertyKey[], reason: string): PitwallError =>
  new PitwallError('plan.invalid', `${source.where(['sweep', ...path])}: sweep.${String(path[0])}: ${reason}.`);

const makePoint = (
  plan: PlanFile,
  values: Readonly<Record<string, SweepValue>>,
  source: LocatedYaml<PlanFile>,
): Pick<SweepPoint, 'conditions' | 'settings'> => {
  const changed = structuredClone(plan) as Record<string, unknown>;
  const settings: Record<string, SweepValue> = {};
  const pathTo = (key: string): readonly PropertyKey[] => [key, plan.sweep![key]!.indexOf(values[key]!)];
  for (const [key, value] of Object.entries(values)) {
    if (!settingKeys.includes(key)) {
      if (!setAt(changed, key, value)) throw refused(source, pathTo(key), 'there is nothing of that name to change');
      continue;
    }
    if (!Number.isInteger(value) || Number(value) < 1) {
      throw refused(source, pathTo(key), `${value} is not a whole number from 1`);
    }
    settings[key.slice('settings.'.length)] = value;
  }
  const parsed = planFileSchema.safeParse(changed, { error: describeIssue });
  if (parsed.success) return { conditions: makeConditions(parsed.data), settings: settings as CandidateSettings };
  const [issue] = parsed.error.issues;
  const at = issue!.path.join('.');
  const key = Object.keys(values).find((one) => at === one || at.startsWith(`${one}.`) || one.startsWith(`${at}.`));
  throw refused(source, key === undefined ? [at] : pathTo(key), issue!.message.replace(/\.$/, ''));
};

/** False where what is around the key is not there, such as the proxy of `proxy.maxconn`. */
const setAt = (plan: Record<string, unknown>, key: string, value: SweepValue): boolean => {
  const path = key.split('.');
  const last = path.pop()!;
  let place = plan;
  for (const part of path) {
    const inner = Object.hasOwn(place, part) ? place[part] : undefined;
    if (typeof inner !== 'object' || inner === null) return false;
    place = inner as Record<string, unknown>;
  }
  place[last] = value;
  return true;
};
