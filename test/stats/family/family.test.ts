import fc from 'fast-check';
import { expect, test } from 'vitest';
import { criticalValues } from '../../../src/stats/family/critical.ts';
import { blocksToShow } from '../../../src/stats/family/plan.ts';
import { createRandom, judgeFamily, type Random, ratioInterval } from '../../../src/stats/index.ts';

const races = 2_000;

const play = (random: Random, n: number, scatter: readonly number[], truth: readonly number[]) =>
  Array.from({ length: n }, () => {
    const shared = random.normal(0, 0.2);
    return scatter.map((sd, index) => 100 * truth[index]! * Math.exp(shared + random.normal(0, sd)));
  });

const shareOf = (holds: (random: Random) => boolean): number => {
  const random = createRandom(16);
  let count = 0;
  for (let race = 0; race < races; race += 1) count += holds(random) ? 1 : 0;
  return count / races;
};

const covers = (n: number, scatter: readonly number[]): number =>
  shareOf((random) =>
    judgeFamily(
      play(
        random,
        n,
        scatter,
        scatter.map(() => 1),
      ),
      { better: 'higher' },
    ).pairs.every(({ interval }) => interval !== undefined && interval.low <= 1 && interval.high >= 1),
  );

test('two candidates get the interval of Student’s t', () => {
  const blocks = play(createRandom(3), 5, [0.08, 0.08], [1.2, 1]);
  const t = ratioInterval(
    blocks.map(([a]) => a!),
    blocks.map(([, b]) => b!),
  );
  const [pair] = judgeFamily(blocks, { better: 'higher' }).pairs;
  expect(pair!.ratio).toBeCloseTo(t.ratio, 10);
  if (t.kind === 'interval')
    expect([pair!.interval!.low / t.low, pair!.interval!.high / t.high]).toEqual([
      expect.closeTo(1, 9),
      expect.closeTo(1, 9),
    ]);
});

for (const n of [3, 5, 10]) {
  for (const k of [2, 4, 9]) {
    const equal = Array.from({ length: k }, () => 0.08);
    test(`the intervals of ${k} equally noisy candidates hold together in 93 to 97 % of races of ${n} blocks`, () => {
      const share = covers(n, equal);
      expect(share).toBeGreaterThan(0.93);
      expect(share).toBeLessThan(0.97);
    });
    test(`one of ${k} candidates is three times as noisy, ${n} blocks: they hold together in 93 % or more`, () => {
      expect(
        covers(
          n,
          equal.map((sd, index) => (index === 1 ? 3 * sd : sd)),
        ),
      ).toBeGreaterThan(0.93);
    });
  }
}

test('a wrong best is named in at most 3.5 % of races', () => {
  const share = shareOf((random) => {
    const { best } = judgeFamily(play(random, 3, [0.08, 0.08, 0.08, 0.08], [1.0001, 1, 1, 1]), { better: 'higher' });
    return best !== undefined && best.best !== 0;
  });
  expect(share).toBeLessThanOrEqual(0.035);
});

test('"the same" is said of a true difference of the margin in at most 5 % of races', () => {
  const share = shareOf(
    (random) => judgeFamily(play(random, 10, [0.01, 0.01], [1.02, 1]), { better: 'higher' }).pairs[0]!.kind === 'same',
  );
  expect(share).toBeLessThanOrEqual(0.05);
});

test('a true leader by 20 % among four at noise 8 % is named oftener with more blocks, in over half of races of 5', () => {
  const named = (n: number) =>
    shareOf(
      (random) =>
        judgeFamily(play(random, n, [0.08, 0.08, 0.08, 0.08], [1.2, 1, 1, 1]), { better: 'higher' }).best?.best === 0,
    );
  expect(named(5)).toBeGreaterThan(0.5);
  expect(named(5)).toBeGreaterThan(2 * named(3));
});

test('two equal candidates, far ahead of the rest or alone, are told apart in at most 6 % of races', () => {
  for (const truth of [
    [1, 1],
    [1, 1, 0.2, 0.2],
  ]) {
    const share = shareOf(
      (random) =>
        judgeFamily(
          play(
            random,
            5,
            truth.map(() => 0.03),
            truth,
          ),
          { better: 'higher' },
        ).best !== undefined,
    );
    expect(share).toBeLessThanOrEqual(0.06);
  }
});

for (const { n, k } of [
  { n: 3, k: 4 },
  { n: 5, k: 2 },
  { n: 10, k: 9 },
]) {
  test(`the minimum detectable effect of ${k} candidates and ${n} blocks is shown in 75 to 85 % of races`, () => {
    const scatter = Array.from({ length: k }, () => 0.05);
    // What a race of the true variability would print.
    const { detectable } = criticalValues(n, k);
    const effect = Math.exp(detectable * 0.05 * Math.sqrt(2 / n));
    const share = shareOf(
      (random) =>
        judgeFamily(play(random, n, scatter, [effect, ...scatter.slice(1).map(() => 1)]), { better: 'higher' })
          .pairs[0]!.kind === 'faster',
    );
    expect(share).toBeGreaterThan(0.75);
    expect(share).toBeLessThan(0.85);
  });
}

test('as many blocks as are asked for decide a true difference in 75 to 90 % of races', () => {
  const blocks = blocksToShow(Math.log(1.1), 0.08 * Math.SQRT2, 4);
  const share = shareOf(
    (random) =>
      judgeFamily(play(random, blocks, [0.08, 0.08, 0.08, 0.08], [1.1, 1, 1, 1]), { better: 'higher' }).pairs[0]!
        .kind === 'faster',
  );
  expect(share).toBeGreaterThan(0.75);
  expect(share).toBeLessThan(0.9);
});

test('the verdict is what the interval says, whichever way is better', () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.array(fc.option(fc.double({ min: 1, max: 1.1, noNaN: true }), { nil: undefined }), {
          minLength: 3,
          maxLength: 3,
        }),
        {
          minLength: 1,
          maxLength: 8,
        },
      ),
      fc.constantFrom('higher' as const, 'lower' as const),
      (blocks, better) => {
        for (const { ratio, interval, kind, isNegligible, blocks: n, moreBlocks } of judgeFamily(blocks, { better })
          .pairs) {
          if (interval === undefined) {
            expect([n, kind]).toEqual([1, 'cant-tell']);
            continue;
          }
          expect(interval.low).toBeLessThanOrEqual(ratio * (1 + 1e-12));
          expect(interval.high).toBeGreaterThanOrEqual(ratio * (1 - 1e-12));
          const excludes = interval.low > 1 || interval.high < 1;
          expect(kind === 'faster' || kind === 'slower').toBe(excludes);
          if (excludes) expect(kind === 'faster').toBe(ratio > 1 === (better === 'higher'));
          else expect(kind === 'same').toBe(isNegligible);
          expect(moreBlocks !== undefined && moreBlocks > 0).toBe(kind === 'cant-tell');
        }
      },
    ),
    { numRuns: 200 },
  );
});

test('a lost round costs its own pairs a block, and the others nothing', () => {
  const blocks = play(createRandom(5), 6, [0.01, 0.01, 0.01], [1.2, 1.1, 1]);
  const lost = blocks.map((row, index) => (index === 2 ? [row[0], row[1], undefined] : row));
  expect(judgeFamily(lost, { better: 'higher' }).pairs.map(({ blocks: n }) => n)).toEqual([6, 5, 5]);
});

test('more candidates than are simulated get wider intervals', () => {
  expect(criticalValues(5, 25).allPairs).toBeGreaterThan(criticalValues(5, 24).allPairs);
  expect(criticalValues(5, 25).detectable).toBeGreaterThan(criticalValues(5, 24).detectable);
});

test('values that form no table are refused', () => {
  expect(() => judgeFamily([[1, 2], [1]], { better: 'higher' })).toThrow(/rows of 2 values/);
  expect(() => judgeFamily([[0, 1]], { better: 'higher' })).toThrow(/positive/);
  expect(() => judgeFamily([[1, 2]], { better: 'higher', margin: 0 })).toThrow(/margin/);
});
