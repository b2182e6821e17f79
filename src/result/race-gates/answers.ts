import type { Contestant } from '../comparisons.ts';
import type { RaceGate } from '../schema/comparison.ts';

/** Who was raced though its answers are not those that were expected: it may have done other work. */
export const answerGates = (contestants: readonly Contestant[]): readonly RaceGate[] =>
  contestants.flatMap(({ name, contract }): readonly RaceGate[] => {
    if (contract === undefined || contract.ok) return [];
    const { probe, path, expected, actual } = contract.mismatches[0] ?? unknown;
    const more = contract.mismatches.length - 1;
    return [
      {
        name: 'answers',
        ok: false,
        effect: 'warns',
        candidates: [name],
        value: contract.mismatches.length,
        limit: 0,
        reason: `${name} does not give ${probe}, so that it may do other work: at ${path} expected ${shorten(expected)}, got ${shorten(actual)}${more > 0 ? ` (and ${more} more)` : ''}`,
      },
    ];
  });

const unknown = { probe: 'the answers expected', path: '?', expected: '?', actual: '?' };

const shorten = (text: string): string => (text.length <= 80 ? text : `${text.slice(0, 80)}…`);
