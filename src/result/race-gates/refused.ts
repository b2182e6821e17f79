import type { Contestant } from '../comparisons.ts';
import { isMeasured } from '../metrics.ts';
import type { RaceGate } from '../schema/comparison.ts';

/** Rounds that were played again: what is left of a candidate that fails now and then looks better than it is. */
export const refusedGates = (contestants: readonly Contestant[]): readonly RaceGate[] =>
  contestants.flatMap(({ name, rounds }): readonly RaceGate[] => {
    const lost = rounds.filter((round) => !isMeasured(round));
    if (lost.length === 0) return [];
    const reason = `${lost.length} of ${rounds.length} rounds of ${name} were refused or failed (${lost.at(-1)!.reason ?? 'no reason given'})`;
    return [{ name: 'refused', ok: false, effect: 'warns', candidates: [name], value: lost.length, limit: 0, reason }];
  });
