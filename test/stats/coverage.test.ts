import { expect, test } from 'vitest';
import { createRandom, meanInterval, percentileInterval, type Random, ratioInterval } from '../../src/stats/index.ts';

const races = 3_000;
/** Nominal 95 %; 93 % is what is promised, and three standard errors (1.2 points) below 95. */
const promised = 0.93;

interface Rounds {
  readonly name: string;
  readonly mean: number;
  readonly median: number;
  readonly next: (random: Random) => number;
}

const normal: Rounds = { name: 'normal', mean: 100, median: 100, next: (random) => random.normal(100, 5) };
const skewed: Rounds = {
  name: 'lognormal, skewness 1',
  mean: 100 * Math.exp(0.045),
  median: 100,
  next: (random) => random.lognormal(Math.log(100), 0.3),
};
const verySkewed: Rounds = {
  name: 'floor plus exponential, skewness 2',
  mean: 130,
  median: 100 + 30 * Math.LN2,
  next: (random) => 100 + random.exponential(30),
};

const covered = (rounds: Rounds, n: number, covers: (values: number[], random: Random) => boolean): number => {
  let hits = 0;
  for (let race = 0; race < races; race += 1) {
    const random = createRandom(race * 101 + n);
    if (
      covers(
        Array.from({ length: n }, () => rounds.next(random)),
        random,
      )
    )
      hits += 1;
  }
  return hits / races;
};

const cases = (kinds: readonly Rounds[]) =>
  kinds.flatMap((rounds) => [5, 10, 20].map((n) => ({ name: rounds.name, rounds, n })));

test.each(cases([normal, skewed]))('a mean of $n rounds ($name) is covered', ({ rounds, n }) => {
  const coverage = covered(rounds, n, (values) => {
    const estimate = meanInterval(values);
    return estimate.kind === 'interval' && estimate.low <= rounds.mean && rounds.mean <= estimate.high;
  });
  expect(coverage).toBeGreaterThanOrEqual(promised);
  expect(coverage).toBeLessThan(0.97);
});

test.each(cases([normal, skewed, verySkewed]))('a ratio over $n blocks ($name) is covered', ({ rounds, n }) => {
  const coverage = covered(rounds, n, (values, random) => {
    const faster = values.map(() => rounds.next(random) * 1.05);
    const estimate = ratioInterval(faster, values);
    return estimate.kind === 'interval' && estimate.low <= 1.05 && 1.05 <= estimate.high;
  });
  expect(coverage).toBeGreaterThanOrEqual(promised);
  expect(coverage).toBeLessThan(0.97);
});

test.each(cases([normal, verySkewed]).filter(({ n }) => n > 5))(
  'a median of $n values ($name) is covered by order statistics',
  ({ rounds, n }) => {
    const coverage = covered(rounds, n, (values) => {
      const estimate = percentileInterval(values, 0.5);
      return estimate.kind === 'interval' && estimate.low <= rounds.median && rounds.median <= estimate.high;
    });
    expect(coverage).toBeGreaterThanOrEqual(promised);
  },
);
