import { expect, test } from 'vitest';
import { propagate, uncertainEstimates, withValueAt } from '../../../src/explain/demands/estimate.ts';
import { between, exactly } from '../../../src/explain/index.ts';
import { createRandom } from '../../../src/stats/index.ts';

const data = {
  a: between(9, 10, 11),
  nested: { b: between(3, 4, 5), set: exactly(7) },
  list: [{ c: between(1, 2, 4) }],
};

test('the uncertain inputs are found wherever they stand, settings are not', () => {
  expect(uncertainEstimates(data).map(({ path }) => path)).toEqual(['a', 'nested.b', 'list[0].c']);
});

test('one value is moved and the rest stays', () => {
  const moved = withValueAt(data, 'nested.b', 5);
  expect(moved.nested.b.value).toBe(5);
  expect(moved.a).toEqual(data.a);
  expect(data.nested.b.value).toBe(4);
});

test('independent errors add as squares, upwards and downwards apart', () => {
  const sum = propagate(data, (d) => d.a.value + d.nested.b.value + d.list[0]!.c.value);
  expect(sum.value).toBe(16);
  expect(sum.high - 16).toBeCloseTo(Math.sqrt(1 + 1 + 4), 9);
  expect(16 - sum.low).toBeCloseTo(Math.sqrt(3), 9);
});

test('a falling function turns the ends around, and exact inputs give an exact result', () => {
  const inverse = propagate({ x: between(1, 2, 4) }, ({ x }) => 1 / x.value);
  expect(inverse).toEqual({ value: 0.5, low: 0.25, high: 1 });
  expect(propagate({ x: exactly(2) }, ({ x }) => x.value)).toEqual({ value: 2, low: 2, high: 2 });
});

test('95 % intervals of the inputs give about a 95 % interval of the result', () => {
  const random = createRandom(1);
  let covered = 0;
  const races = 2_000;
  for (let race = 0; race < races; race += 1) {
    // True values 20, 3.7 and 1.4; each measured with a known standard error.
    const [turns, link, cpu] = (
      [
        [20, 0.2],
        [3.7, 0.05],
        [1.4, 0.1],
      ] as const
    ).map(([truth, error]) => {
      const measured = random.normal(truth, error);
      return between(measured - 1.96 * error, measured, measured + 1.96 * error);
    });
    const rate = propagate(
      { turns: turns!, link: link!, cpu: cpu! },
      (d) => 20_000 / (d.turns.value * d.link.value + d.cpu.value),
    );
    const truth = 20_000 / (20 * 3.7 + 1.4);
    if (rate.low <= truth && truth <= rate.high) covered += 1;
  }
  expect(covered / races).toBeGreaterThan(0.93);
  expect(covered / races).toBeLessThan(0.97);
});
