import type { Contestant } from '../comparisons.ts';
import { isMeasured } from '../metrics.ts';
import type { RaceGate } from '../schema/comparison.ts';
import type { Gate, RoundResult } from '../schema/round.ts';

/** One round with a busy neighbour is an outlier, which the interval takes in; most rounds with one are another experiment. */
const limit = 0.5;

/** Gates that are closed in most rounds of a candidate: comparisons with it are withheld. */
export const markedGates = (contestants: readonly Contestant[]): readonly RaceGate[] =>
  contestants.flatMap(({ name: candidate, rounds }) => {
    const measured = rounds.filter(isMeasured);
    return [...closedByName(measured)].flatMap(([name, gates]): readonly RaceGate[] => {
      const value = gates.length / measured.length;
      if (value <= limit) return [];
      const reason = `${name} in ${gates.length} of ${measured.length} rounds of ${candidate}: ${gates.at(-1)!.reason ?? 'over its limit'}`;
      return [{ name, ok: false, effect: 'withholds', candidates: [candidate], value, limit, reason }];
    });
  });

/** For each gate, one closed gate of each round that has any: two late links in a round are one round. */
const closedByName = (rounds: readonly RoundResult[]): ReadonlyMap<string, readonly Gate[]> => {
  const closed = new Map<string, Gate[]>();
  for (const round of rounds) {
    const ofRound = new Map<string, Gate>();
    for (const gate of round.gates ?? []) {
      if (!gate.ok && gate.effect === 'withholds') ofRound.set(gate.name, gate);
    }
    for (const [name, gate] of ofRound) closed.set(name, [...(closed.get(name) ?? []), gate]);
  }
  return closed;
};
