import type { CandidateResult, RaceResult } from './schema/race.ts';

/**
 * What two races share: candidates that did not change from one to the other. A figure is divided by theirs, block by block, so that what the
 * machine did between the races is in both and cancels.
 */
export interface Reference {
  readonly names: readonly string[];
  readonly before: readonly CandidateResult[];
  readonly after: readonly CandidateResult[];
}

/**
 * The reference for candidates that are compared: the one that the reader names, or all others whose sources and settings are the same in both races.
 * Undefined where there is none. A candidate is never its own reference: of two races nobody could tell then what changed.
 */
export const findReference = (
  before: RaceResult,
  after: RaceResult,
  { compared, named }: { readonly compared: readonly string[]; readonly named: string | undefined },
): Reference | undefined => {
  const pairs = before.candidates.flatMap((old): (readonly [CandidateResult, CandidateResult])[] => {
    const current = after.candidates.find(({ name }) => name === old.name);
    if (current === undefined || compared.includes(old.name) || old.status !== 'ok' || current.status !== 'ok')
      return [];
    return named === old.name || (named === undefined && isUnchanged(old, current)) ? [[old, current]] : [];
  });
  return pairs.length === 0
    ? undefined
    : {
        names: pairs.map(([{ name }]) => name),
        before: pairs.map(([old]) => old),
        after: pairs.map(([, current]) => current),
      };
};

/** Built from the same sources, and run with the same settings. A server that pitwall did not build may be anything. */
const isUnchanged = (old: CandidateResult, current: CandidateResult): boolean =>
  old.sourceDigest !== undefined &&
  old.sourceDigest === current.sourceDigest &&
  JSON.stringify([old.settings, old.point]) === JSON.stringify([current.settings, current.point]);
