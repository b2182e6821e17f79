import { expect, test } from 'vitest';
import type { RaceFacts } from '../../src/explain/index.ts';
import { turnCostsOf } from '../../src/explain/turn-costs.ts';

type Candidate = RaceFacts['candidates'][number];

/** A candidate whose far side took what its round trips and parsed statements cost, and 0.7 ms for its rows. */
const candidate = (name: string, turns: number, parses: number, change: Partial<Candidate> = {}): Candidate => {
  const perSecond = 4_000 / turns;
  return {
    name,
    language: 'rust',
    settings: { workers: 1, pool: 20 },
    calibration: {
      turnarounds: turns,
      connectTurnarounds: { tcp: 0, tls: 0, auth: 0 },
      serverMs: 5,
      streamMs: 0,
      underLoad: { turnarounds: turns },
      waterfall: Array.from({ length: turns }, (_, turn) => ({ up: turn < parses ? 'PBES' : 'BES' })),
    },
    rounds: [
      {
        outcome: 'measured',
        requestsPerSecond: perSecond,
        ok: perSecond,
        components: [
          { name: 'load', cpuSeconds: 0.014 + 0.000_05 * perSecond },
          { name: 'pooler', cpuSeconds: 0.000_04 * turns * perSecond },
          { name: 'tap', cpuSeconds: 0.000_07 * turns * perSecond },
          { name: 'database', cpuSeconds: (0.000_7 + 0.000_06 * turns + 0.000_12 * parses) * perSecond },
        ],
      },
    ],
    ...change,
  };
};

const raceOf = (...candidates: Candidate[]): RaceFacts => ({
  plan: { connections: 50 },
  environment: { cores: 2 },
  candidates,
});

test('what a round trip and a parsed statement cost is found among the candidates of a race', () => {
  const { poolerMs, database, idle } = turnCostsOf(
    raceOf(candidate('a', 20, 10), candidate('b', 10, 1), candidate('c', 8, 8), candidate('d', 16, 3)),
  );
  expect(poolerMs).toBeCloseTo(0.11, 6);
  expect(database!.turnMs).toBeCloseTo(0.06, 6);
  expect(database!.parseMs).toBeCloseTo(0.12, 6);
  expect(idle.client).toBeCloseTo(14, 4);
});

test('too few candidates, or none but twins, give no cost', () => {
  const twins = [candidate('b', 10, 1, { twinOf: 'a' }), candidate('c', 8, 8, { twinOf: 'a' })];
  expect(turnCostsOf(raceOf(candidate('a', 20, 10), ...twins))).toEqual({ idle: {} });
});
