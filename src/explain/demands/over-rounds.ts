import { figureInterval } from '../../stats/interval.ts';
import { between, type Estimate, exactly } from './estimate.ts';
import type { RoundOfRace } from './race-facts.ts';

/** Mean (as the race's summary has it) of the rounds that have the value, with its interval where there are two or more. */
export const overRounds = (
  rounds: readonly RoundOfRace[],
  figureOf: (round: RoundOfRace) => number | undefined,
): Estimate | undefined => {
  const values = rounds.flatMap((round) => figureOf(round) ?? []);
  if (values.length === 0) return undefined;
  const estimate = figureInterval(values);
  if (estimate.kind === 'point') return exactly(estimate.mean);
  return between(Math.max(0, estimate.low), estimate.mean, estimate.high);
};
