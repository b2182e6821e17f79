import { outlierIndexes } from '../../stats/index.ts';
import type { Contestant } from '../comparisons.ts';
import { valuesByBlock } from '../paired-rounds.ts';
import type { RaceGate } from '../schema/comparison.ts';

/** The share of races of normal rounds in which any candidate has one, at most. */
const falseShare = 0.02;

/** Rounds far from the candidate's others. They are kept: a slow round is a finding. */
export const outlierGates = (contestants: readonly Contestant[]): readonly RaceGate[] =>
  contestants.flatMap(({ name, rounds }): readonly RaceGate[] => {
    const rates = [...valuesByBlock(rounds, 'requestsPerSecond')];
    if (rates.length === 0) return [];
    const far = outlierIndexes(
      rates.map(([, rate]) => rate),
      falseShare / contestants.length,
    ).map((index) => rates[index]![0]);
    if (far.length === 0) return [];
    const reason = `${name} in block ${far.join(', ')} is far from its other rounds; it is kept`;
    return [{ name: 'outlier', ok: false, effect: 'warns', candidates: [name], value: far.length, limit: 0, reason }];
  });
