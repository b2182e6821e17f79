import type { Gate, RaceResult } from '../result/index.ts';
import { plainText } from './plain-text.ts';

/** What takes away from the numbers without refusing them: a line for each gate of the rounds, and for each of the race. */
export const warningLines = (race: RaceResult): readonly string[] => [
  ...roundWarnings(race),
  ...race.gates
    .filter((gate) => !gate.ok && gate.effect === 'warns')
    .map((gate) => plainText(`Warning: ${gate.reason ?? gate.name}`)),
];

interface Marked {
  readonly gate: Gate;
  readonly round: string;
}

const roundWarnings = ({ candidates }: RaceResult): readonly string[] => {
  const measured = candidates.flatMap(({ name, rounds }) =>
    rounds
      .filter(({ outcome }) => outcome === 'measured')
      .map((round) => ({ name: `${name} block ${round.block}`, gates: round.gates ?? [] })),
  );
  const closed = new Map<string, Marked[]>();
  for (const { name, gates } of measured) {
    for (const gate of gates) {
      if (!gate.ok) closed.set(gate.name, [...(closed.get(gate.name) ?? []), { gate, round: name }]);
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
