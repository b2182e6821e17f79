import { PitwallError } from '../base/index.ts';
import type { CandidateSettings } from './candidate.ts';
import { type PlanFile, planFileSchema } from './schema.ts';
import { parseYaml } from './yaml-file.ts';

export type SweepValue = string | number | boolean;

/** One point of the grid: the plan with its values set, and settings for every candidate. */
export interface SweepPoint {
  /** `maxconn 10`, the values joined by commas; empty where there is no sweep. */
  readonly label: string;
  /** By the keys of the plan's `sweep`, e.g. `{"proxy.maxconn": 10}`. */
  readonly values: Readonly<Record<string, SweepValue>>;
  readonly plan: PlanFile;
  readonly settings: CandidateSettings;
}

const settingKeys = ['settings.workers', 'settings.pool', 'settings.threads'];

/**
 * Every combination of the plan's sweep. Each point passes the plan's own checks, so `connections: [0]` gets the
 * message that it would get outside a sweep.
 * @throws PitwallError `plan.invalid` for a key that is none of the plan's, or a value that it refuses.
 */
export const sweepPoints = (plan: PlanFile, file: string): readonly SweepPoint[] => {
  let points: readonly Readonly<Record<string, SweepValue>>[] = [{}];
  for (const [key, values] of Object.entries(plan.sweep ?? {})) {
    points = points.flatMap((point) => values.map((value) => ({ ...point, [key]: value })));
  }
  return points.map((values) => ({
    label: Object.entries(values)
      .map(([key, value]) => `${key.split('.').at(-1)} ${value}`)
      .join(', '),
    values,
    ...pointOf(plan, values, file),
  }));
};

const pointOf = (plan: PlanFile, values: Readonly<Record<string, SweepValue>>, file: string) => {
  const changed = structuredClone(plan) as Record<string, unknown>;
  const settings: Record<string, SweepValue> = {};
  for (const [key, value] of Object.entries(values)) {
    if (settingKeys.includes(key)) settings[key.slice('settings.'.length)] = value;
    else setAt(changed, key, value, file);
  }
  if (Object.values(settings).some((value) => !Number.isInteger(value) || Number(value) < 1)) {
    throw new PitwallError('plan.invalid', `${file}: sweep: settings are whole numbers from 1.`);
  }
  return {
    plan: parseYaml(JSON.stringify(changed), `${file}: sweep`, planFileSchema, 'plan.invalid'),
    settings: settings as CandidateSettings,
  };
};

const setAt = (plan: Record<string, unknown>, key: string, value: SweepValue, file: string): void => {
  const path = key.split('.');
  const last = path.pop()!;
  let place: Record<string, unknown> = plan;
  for (const part of path) {
    const inner = place[part];
    if (typeof inner !== 'object' || inner === null) {
      throw new PitwallError(
        'plan.invalid',
        `${file}: sweep: there is no ${key} to change. Any key of the plan can be swept, and ${settingKeys.join(', ')}.`,
      );
    }
    place = inner as Record<string, unknown>;
  }
  place[last] = value;
};
