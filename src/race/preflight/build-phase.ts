import type { CandidateFacts } from '../../result/index.ts';
import type { Begun, Runner } from '../running.ts';
import { prepareAll } from './prepare-phase.ts';

/** Who races, by what the journal already says of each. */
export interface Rejoined {
  /** Not checked yet. */
  readonly fresh: readonly Runner[];
  /** Checked before the race was interrupted; they keep what was found then. */
  readonly known: readonly Runner[];
}

/** Builds the candidates that are in the race: all of a new one, and of a resumed one those that were not left out. */
export const buildRunners = async (begun: Begun): Promise<Rejoined> => {
  const before = new Map<string, CandidateFacts>();
  for (const record of begun.journal.records) {
    if (record.type !== 'candidate') continue;
    const { type: _, ...facts } = record;
    before.set(facts.name, facts);
  }
  const entries = begun.plan.entries.filter(({ name }) => (before.get(name)?.status ?? 'ok') === 'ok');
  const runners = await prepareAll(begun, entries);
  return {
    fresh: runners.filter(({ entry }) => !before.has(entry.name)),
    known: runners.flatMap((runner) => {
      const facts = before.get(runner.entry.name);
      return facts === undefined ? [] : [{ ...runner, facts }];
    }),
  };
};
