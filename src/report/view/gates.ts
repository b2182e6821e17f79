import type { Gate } from '../../result/index.ts';
import { plainText } from '../text/plain-text.ts';
import type { Entry } from './entries.ts';

/** What one gate said about one candidate's rounds. */
export interface GateCell {
  readonly entry: Entry;
  readonly passed: number;
  readonly rounds: number;
  /** Each round that it stopped or marked. */
  readonly closed: readonly { readonly block: number; readonly text: string }[];
}

export interface GateRow {
  readonly name: string;
  readonly cells: readonly GateCell[];
}

/** One row a gate, one cell a candidate; refused rounds are in it as well. */
export const gateRows = (entries: readonly Entry[]): readonly GateRow[] => {
  const names = new Set(
    entries.flatMap(({ candidate }) => candidate.rounds.flatMap(({ gates }) => (gates ?? []).map(({ name }) => name))),
  );
  return [...names].map((name) => ({ name: plainText(name), cells: entries.map((entry) => findCell(entry, name)) }));
};

const findCell = (entry: Entry, name: string): GateCell => {
  const seen = entry.candidate.rounds.flatMap(({ block, gates }) =>
    (gates ?? []).filter((gate) => gate.name === name).map((gate) => ({ block, gate })),
  );
  return {
    entry,
    rounds: seen.length,
    passed: seen.filter(({ gate }) => gate.ok).length,
    closed: seen.filter(({ gate }) => !gate.ok).map(({ block, gate }) => ({ block, text: writeText(gate) })),
  };
};

const writeText = ({ name, value, limit, reason }: Gate): string =>
  plainText(reason ?? `${name} is ${value ?? 'over its limit'}${limit === undefined ? '' : `, its limit ${limit}`}`);
