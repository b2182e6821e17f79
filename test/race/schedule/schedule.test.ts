import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { blockOrder } from '../../../src/race/schedule/schedule.ts';

const entries = ['a', 'b', 'c', 'd'];

describe('the order of a block', () => {
  test('holds everybody once and depends on nothing but the seed and the block', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 1, max: 1_000 }), (seed, block) => {
        const order = blockOrder(entries, block, seed);
        expect([...order].sort()).toEqual(entries);
        expect(blockOrder(entries, block, seed)).toEqual(order);
      }),
    );
  });

  test('gives each candidate each place equally often', () => {
    const blocks = 4_000;
    const counts = new Map<string, number>();
    for (let block = 1; block <= blocks; block += 1) {
      blockOrder(entries, block, 1).forEach((name, place) => {
        const key = `${name}${place}`;
        counts.set(key, (counts.get(key) ?? 0) + 1);
      });
    }
    expect(counts.size).toBe(16);
    // 1,000 expected, standard deviation 27: five of them.
    for (const count of counts.values()) expect(Math.abs(count - blocks / 4)).toBeLessThan(137);
  });

  test('gives each candidate each place once in as many blocks as there are candidates', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 0, max: 50 }), (seed, square) => {
        const orders = entries.map((_, index) => blockOrder(entries, square * entries.length + index + 1, seed));
        for (const place of entries.keys()) expect(new Set(orders.map((order) => order[place])).size).toBe(4);
      }),
    );
  });

  test('differs between seeds and between blocks', () => {
    const orders = (seed: number) =>
      Array.from({ length: 20 }, (_, index) => blockOrder(entries, index + 1, seed).join(''));
    expect(new Set(orders(1)).size).toBeGreaterThan(8);
    expect(orders(1)).not.toEqual(orders(2));
  });
});
