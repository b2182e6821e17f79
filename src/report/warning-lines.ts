import type { Gate, RaceResult } from '../result/index.ts';
import { plainText } from './plain-text.ts';

/**
 * What takes away from the numbers of single rounds without refusing them, a line for each gate. What the race as a
 * whole is warned of stands among the cautions under the headline, and is not said again.
 */
export const warningLines = (race: RaceResult): readonly string[] => {
  const measured = race.candidates.flatMap(({ name, rounds }) =>
    rounds
      .filter(({ outcome }) => outcome === 'measured')
      .map((round) => ({ candidate: name, name: `${name} block ${round.block}`, gates: round.gates ?? [] })),
  );
  const isSaid = (candidate: string, gate: Gate): boolean =>
    race.gates.some(({ name, ok, candidates }) => !ok && name === gate.name && candidates.includes(candidate));
  const closed = new Map<string, Marked[]>();
  for (const { candidate, name, gates } of measured) {
    for (const gate of gates.filter((one) => !one.ok && !isSaid(candidate, one))) {
      closed.set(gate.name, [...(closed.get(gate.name) ?? []), { gate, round: name }]);
    }
  }
  return [...closed].map(([name, marked]) => {
    // The worst speaks for all: most of these texts differ in a number only.
    const worst = marked.reduce((most, one) => ((one.gate.value ?? 0) > (most.gate.value ?? 0) ? one : most));
    const where =
      marked.length === 1 ? worst.round : `${marked.length} of ${measured.length} rounds, worst ${worst.round}`;
    return plainText(`Warning (${where}): ${name}: ${worst.gate.reason ?? 'over its limit'}`);
  });
};

interface Marked {
  readonly gate: Gate;
  readonly round: string;
}
