import { expect, test } from 'vitest';
import { loadPlan } from '../../../src/plan/index.ts';
import { calibrationKey } from '../../../src/race/calibration/calibration-key.ts';
import { makeRaceFolder } from '../../support/race-folder.ts';

/** Of the points of a sweep, how many have to be calibrated. */
const countKeys = async (sweep: object): Promise<number> => {
  using folder = makeRaceFolder({ good: 'none' }, { tap: 'calibration', sweep });
  const plan = await loadPlan(folder.plan, { roots: [folder.folder] });
  return new Set(plan.entries.map((entry) => calibrationKey({ entry, plan: { ...plan, ...entry.conditions } }))).size;
};

test.each([
  { name: 'another distance', sweep: { 'links.server-database': ['4ms', '0ms'] }, keys: 2 },
  { name: 'other processors', sweep: { 'cpus.candidate': ['0', '1'] }, keys: 2 },
  { name: 'another count', sweep: { 'calibration.requests': [5, 6] }, keys: 2 },
  { name: 'other settings', sweep: { 'settings.pool': [5, 6] }, keys: 2 },
  { name: 'only how many come at a time', sweep: { connections: [5, 6], 'proxy.maxconn': [5, 6] }, keys: 1 },
  { name: 'only how long a round is', sweep: { duration: ['1s', '2s'] }, keys: 1 },
])('points of a sweep share a calibration where a request alone costs the same: $name', async ({ sweep, keys }) => {
  expect(await countKeys(sweep)).toBe(keys);
});
