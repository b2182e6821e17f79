import type { Runner } from '../running.ts';

/**
 * Runners of one key cost the same on the wire and take the same time alone, so that one check and one calibration serve all of them:
 * the same server with the same settings, counted alike, with the same components around it, distances and cores.
 */
export const calibrationKey = ({ entry, plan }: Pick<Runner, 'entry' | 'plan'>): string =>
  JSON.stringify([
    // One folder may hold several, which plans describe.
    entry.candidate,
    entry.settings,
    plan.tap,
    plan.calibration,
    plan.pooler !== undefined,
    plan.proxy !== undefined,
    plan.links,
    plan.placements,
  ]);
