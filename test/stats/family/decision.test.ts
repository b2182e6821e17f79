import { expect, test } from 'vitest';
import { decideFamily, judgeFamily } from '../../../src/stats/index.ts';

const decide = (blocks: readonly (readonly number[])[], better: 'higher' | 'lower' = 'higher', margin = 0.05) =>
  decideFamily(judgeFamily(blocks, { better, margin }), better);

test('one candidate has nothing to decide', () => {
  expect(decide([[1], [2]])).toBeUndefined();
});

test('a leader far ahead of all is decided, whichever way is better', () => {
  const blocks = [
    [200, 100, 101],
    [202, 99, 102],
    [201, 101, 99],
  ];
  expect(decide(blocks)).toEqual({ leader: 0, isDecided: true, moreBlocks: 0 });
  expect(decide(blocks, 'lower')?.leader).not.toBe(0);
});

test('a leader that is the same as the second and ahead of the third is decided', () => {
  const blocks = Array.from({ length: 6 }, (_, block) => [
    100 + (block % 2),
    100 + ((block + 1) % 2),
    50 + (block % 3) / 10,
  ]);
  expect(decide(blocks)).toMatchObject({ isDecided: true, moreBlocks: 0 });
});

test('what is open among those behind the leader keeps nobody waiting', () => {
  const blocks = [
    [300, 100, 103],
    [303, 120, 99],
    [299, 90, 110],
    [301, 110, 101],
  ];
  expect(decide(blocks)).toMatchObject({ leader: 0, isDecided: true });
});

test('a leader that may be behind is open, with about how many more blocks would tell', () => {
  const decision = decide([
    [105, 100],
    [95, 103],
    [112, 99],
  ]);
  expect(decision?.isDecided).toBe(false);
  expect(decision?.moreBlocks).toBeGreaterThan(0);
});

test('with one block nothing is decided', () => {
  expect(decide([[2, 1]])).toMatchObject({ leader: 0, isDecided: false });
});
