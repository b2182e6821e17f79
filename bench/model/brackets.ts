import { sumCpuMs } from '../../src/explain/demands/race-facts.ts';
import { componentParts } from '../../src/explain/demands/race-hosts.ts';
import type { RaceResult } from '../../src/result/index.ts';
import { geometricMeanInterval } from '../../src/stats/index.ts';
import { type BenchedServer, calibrationPlan, groupsOf, type PointGroup, type Points, pointsPlan } from './points.ts';
import { raceOnce } from './races.ts';

/** Points, and the calibration of the minute in which they were measured. */
export interface Bracket {
  /** The rounds before the points and after them. */
  readonly calibration: RaceResult;
  readonly points: RaceResult;
  /** CPU per request after the points over that before them, less one. */
  readonly drift: number;
}

export interface SetOptions {
  readonly folder: string;
  /** Also the seed of the order. */
  readonly set: number;
  readonly points: Points;
  readonly seconds: number;
  readonly calibrationSeconds: number;
  readonly calibrationRounds: number;
}

/** Two calibrations of the same setting that differ by more saw two machines; points between them are measured again. */
const mostDrift = 0.08;
/** Then the pair that differs least counts. */
const mostTries = 3;

/**
 * One measurement of each point of a server, between two calibrations of the same minute. A machine that is shared with others changes its
 * speed from minute to minute, by more than the model is wrong. So calibrations are bracketing standards: whether a measurement
 * counts is decided by those before and after it alone, never by what was measured between them.
 */
export const measureSet = async (server: BenchedServer, options: SetOptions): Promise<readonly Bracket[]> => {
  const { folder, set } = options;
  const raced = (name: string, plan: object): Promise<RaceResult> =>
    raceOnce(folder, `${server.name}.set-${set}.${name}`, plan);
  let calibrations = 0;
  const calibrate = (): Promise<RaceResult> => {
    const { calibrationSeconds: seconds, calibrationRounds: rounds } = options;
    calibrations += 1;
    const isCounted = calibrations === 1;
    return raced(`calibration-${calibrations}`, calibrationPlan(server, { seconds, rounds, isCounted }));
  };
  const counted = await calibrate();
  let before = counted;
  const measure = async (group: PointGroup): Promise<Bracket> => {
    const tries: Bracket[] = [];
    let drift: number;
    do {
      const name = `points-${group.rttMs}ms-${group.value}.try-${tries.length + 1}`;
      const points = await raced(name, pointsPlan(server, group, { seconds: options.seconds, seed: set }));
      const after = await calibrate();
      drift = readCpuMs(after) / readCpuMs(before) - 1;
      tries.push({ calibration: withRounds(counted, [before, after]), points, drift });
      before = after;
    } while (Math.abs(drift) > mostDrift && tries.length < mostTries);
    return tries.reduce((best, one) => (Math.abs(one.drift) < Math.abs(best.drift) ? one : best));
  };
  const brackets: Bracket[] = [];
  for (const group of groupsOf(server, options.points, set)) brackets.push(await measure(group));
  return brackets;
};

/** The counts of one race with the rounds of others. */
const withRounds = (counted: RaceResult, races: readonly RaceResult[]): RaceResult => ({
  ...counted,
  candidates: counted.candidates.map((candidate, index) => ({
    ...candidate,
    rounds: races.flatMap(({ candidates }) => candidates[index]!.rounds),
  })),
});

/** CPU ms per request of all components together, the mean over the rounds of the only candidate. */
const readCpuMs = ({ candidates }: RaceResult): number => {
  const allParts = Object.values(componentParts).flat();
  const rounds = candidates[0]!.rounds.flatMap((round) => sumCpuMs(round, allParts) ?? []);
  return geometricMeanInterval(rounds).mean;
};
