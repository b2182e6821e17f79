import { describe, expect, test } from 'vitest';
import { applyOverrides, findFlag, makeSchedule } from '../../src/plan/schedule.ts';
import { planFileSchema } from '../../src/plan/schema.ts';

const plan = (values: object = {}) => planFileSchema.parse({ workload: 'items', candidates: ['a'], ...values });

describe('how a race ends', () => {
  test('is by its blocks unless a plan says otherwise', () => {
    expect(makeSchedule(plan())).toMatchObject({ blocks: 5, precision: undefined, untilDecidedMs: undefined });
  });

  test('by its verdict takes at least three blocks and five minutes at most', () => {
    const schedule = makeSchedule(plan({ until: 'decided' }));
    expect(schedule).toMatchObject({ blocks: 3, untilDecidedMs: 300_000, maxBlocks: 30 });
    expect(makeSchedule(plan({ until: 'decided', time: '90s', maxBlocks: 2 }))).toMatchObject({
      blocks: 2,
      untilDecidedMs: 90_000,
      maxBlocks: 2,
    });
  });

  test('is what the command line says, whatever the plan says', () => {
    const decided = applyOverrides(plan({ precision: '3%' }), { until: 'decided', time: '1m' });
    expect(decided).toMatchObject({ until: 'decided', time: '1m' });
    expect(decided.precision).toBeUndefined();
    expect(applyOverrides(plan({ until: 'decided' }), { blocks: 4 }).until).toBeUndefined();
    expect(applyOverrides(plan({ until: 'decided' }), { time: '2m' })).toMatchObject({ until: 'decided', time: '2m' });
  });

  test.each([
    { overrides: { until: 'decided', blocks: 4 } as const, message: '--until-decided does not go with --blocks' },
    {
      overrides: { until: 'decided', precision: '3%' } as const,
      message: '--until-decided does not go with --precision',
    },
    { overrides: { time: '2m' }, message: '--time goes with --until-decided only' },
  ])('has one rule on the command line: $message', ({ overrides, message }) => {
    expect(() => applyOverrides(plan(), overrides)).toThrow(message);
  });

  test('a key of a plan has the name of its flag', () => {
    expect([findFlag('maxBlocks'), findFlag('until')]).toEqual(['--max-blocks', '--until-decided']);
  });
});
