import { type SimulatedRaces, simulateRaces } from '../../test/support/simulated-race.ts';

/** A count of races and what it is to lie between. */
export interface StoppingCheck {
  readonly what: string;
  readonly value: number;
  readonly races: number;
  readonly bounds: readonly [number, number];
}

const races = 4_000;
const settings: readonly (readonly [string, Pick<SimulatedRaces, 'truth' | 'noise' | 'horizon'>])[] = [
  ['2 equal candidates, up to 9 blocks', { truth: [1.0001, 1], noise: 0.08, horizon: 9 }],
  ['2 equal candidates, up to 30 blocks', { truth: [1.0001, 1], noise: 0.08, horizon: 30 }],
  ['4 equal candidates, up to 12 blocks', { truth: [1.0001, 1, 1, 1], noise: 0.08, horizon: 12 }],
  ['2 equal candidates far ahead of 2, up to 12 blocks', { truth: [1.0001, 1, 0.5, 0.5], noise: 0.05, horizon: 12 }],
  [
    '3 candidates, one three times as noisy, up to 12 blocks',
    { truth: [1.0001, 1, 1], noise: [0.05, 0.15, 0.05], horizon: 12 },
  ],
];

/** Two standard deviations of the count. */
const reach = (share: number): number => 2 * Math.sqrt(races * share * (1 - share));

/** Races that end when they are decided, through the code that judges real ones; a minute or two. */
export const simulateStopping = (): readonly StoppingCheck[] =>
  settings.flatMap(([name, setting]) => {
    const { covered, wrongLeader } = simulateRaces({ ...setting, races });
    return [
      {
        what: `${name}, ended when decided: all intervals cover`,
        value: Math.round(covered * races),
        races,
        bounds: [Math.floor(0.95 * races - reach(0.05)), races],
      },
      {
        what: `${name}, ended when decided: a wrong leader`,
        value: Math.round(wrongLeader * races),
        races,
        bounds: [0, Math.ceil(0.035 * races)],
      },
    ];
  });
