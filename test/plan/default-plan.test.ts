import { join } from 'node:path';
import { expect, test } from 'vitest';
import { loadPlan } from '../../src/plan/index.ts';
import { repository } from '../support/race-folder.ts';

/** Of a round, what is not its load: starting and stopping all parts, on a machine that is busy with it. */
const overheadS = 4;
/** Of each candidate: its contract, and what one request costs. */
const checkS = 15;

test('the default race keeps the original post’s distance to the database and ends within three minutes', async () => {
  const plan = await loadPlan(join(repository, 'plans', 'quick.yaml'), { overrides: {}, roots: [repository] });
  expect(plan.links['server-database']).toMatchObject({ rttMs: 3.6 });
  expect(plan.entries.map(({ name }) => name)).toEqual(expect.arrayContaining(['starlette-asyncpg', 'axum-bb8']));
  const roundS = (plan.warmupMs + plan.durationMs) / 1_000 + overheadS;
  const all = plan.entries.length;
  expect(all * (plan.blocks * roundS + checkS)).toBeLessThanOrEqual(180);
});

test('its two servers of the post’s question hold as many connections to the database', async () => {
  const plan = await loadPlan(join(repository, 'plans', 'quick.yaml'), { overrides: {}, roots: [repository] });
  const connectionsOf = (name: string): number => {
    const { settings } = plan.entries.find((entry) => entry.name === name)!;
    return settings.workers! * settings.pool!;
  };
  expect(connectionsOf('starlette-asyncpg')).toBe(connectionsOf('axum-bb8'));
});
