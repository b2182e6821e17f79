import type { Gate, RaceGate, RaceResult } from '../../result/index.ts';
import { plainText } from '../text/plain-text.ts';
import { listCautions } from '../view/headline.ts';

/**
 * What takes away from a race's numbers, one line each and what was found first: checks of rounds, those that withhold a
 * verdict on top; checks of the race as a whole; candidates that are out of it; parts that were not installed.
 */
export const warningLines = (race: RaceResult): readonly string[] => {
  const ofRounds = roundChecks(race);
  const isSaid = ({ name }: RaceGate): boolean => ofRounds.some((check) => check.name === name);
  return [
    ...ofRounds.map(({ text }) => text),
    ...listCautions(race.gates.filter((gate) => !isSaid(gate))),
    ...race.candidates
      .filter((candidate) => candidate.status !== 'ok')
      .map(({ name, status, reason }) => `${name} ${status}: ${reason ?? 'no reason given'}`),
    ...race.missing.map(({ tool, install }) => `raced without ${tool}, which is not installed: ${install}`),
  ].map((text) => sentenceless(plainText(text).replaceAll(/\s+/g, ' ')));
};

/** To follow `Warning:`; some reasons are whole sentences. */
const sentenceless = (text: string): string => text.replace(/^The /, 'the ');

/** Checks that marked a round without refusing it, a line for each. */
const roundChecks = (race: RaceResult): readonly { readonly name: string; readonly text: string }[] => {
  const measured = race.candidates.flatMap(({ name, rounds }) =>
    rounds
      .filter(({ outcome }) => outcome === 'measured')
      .map((round) => ({ name: `${name} block ${round.block}`, gates: round.gates ?? [] })),
  );
  const closed = new Map<string, Marked[]>();
  for (const { name, gates } of measured) {
    for (const gate of gates.filter(({ ok }) => !ok)) {
      closed.set(gate.name, [...(closed.get(gate.name) ?? []), { gate, round: name }]);
    }
  }
  const weigh = (marked: readonly Marked[]): number => (marked.some(({ gate }) => gate.effect === 'withholds') ? 0 : 1);
  return [...closed]
    .sort(([, a], [, b]) => weigh(a) - weigh(b))
    .map(([name, marked]) => {
      // The worst speaks for all: most of these texts differ in a number only.
      const worst = marked.reduce((most, one) => ((one.gate.value ?? 0) > (most.gate.value ?? 0) ? one : most));
      const rounds = new Set(marked.map(({ round }) => round)).size;
      const where = rounds === 1 ? worst.round : `${rounds} of ${measured.length} rounds, worst ${worst.round}`;
      return { name, text: `${worst.gate.reason ?? 'over its limit'} (${name}: ${where})` };
    });
};

interface Marked {
  readonly gate: Gate;
  readonly round: string;
}
