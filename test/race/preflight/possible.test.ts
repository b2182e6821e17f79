import { expect, test } from 'vitest';
import type { Placement, Plan } from '../../../src/plan/index.ts';
import { parseCpuList, readMachineLimits, requirePossible } from '../../../src/race/preflight/possible.ts';

const planWith = (placement: Placement, swept: Placement = {}): Plan =>
  ({
    placements: { proxy: placement },
    entries: [{ conditions: { placements: { database: swept } } }],
  }) as unknown as Plan;
const limits = { cpus: new Set([0, 1]), leastNice: 0 };

test.each([
  { name: 'a processor that is not there', plan: planWith({ cpus: '7' }), says: /proxy is to run on 7, .* only 0, 1/ },
  { name: 'a part of a range', plan: planWith({ cpus: '1-2' }), says: /1-2/ },
  { name: 'a range that runs backwards', plan: planWith({ cpus: '1-0' }), says: /1-0/ },
  { name: 'at one point of a sweep', plan: planWith({}, { cpus: '0,7' }), says: /database/ },
])('processors that the machine lacks are impossible: $name', ({ plan, says }) => {
  expect(() => requirePossible(plan, limits)).toThrow(
    expect.objectContaining({ code: 'plan.impossible', message: expect.stringMatching(says) }),
  );
});

test('a priority that this user may not give is not permitted', () => {
  expect(() => requirePossible(planWith({ nice: -5 }), limits)).toThrow(
    expect.objectContaining({ code: 'stage.not-permitted' }),
  );
  requirePossible(planWith({ nice: -5, cpus: '0-1' }), { ...limits, leastNice: -20 });
});

test('this machine has the processors that it says', () => {
  expect(readMachineLimits().cpus.size).toBeGreaterThan(0);
  expect(parseCpuList('0-1,3')).toEqual([0, 1, 3]);
});
