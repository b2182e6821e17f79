import type { CandidateResult, RaceResult, RoundResult } from '../../result/index.ts';
import { plainText } from '../text/plain-text.ts';

/** A candidate as every chart and table shows it. */
export interface Entry {
  /** Safe to print; still to be escaped for HTML. */
  readonly name: string;
  /** Place in the race: gives the colour and the symbol. */
  readonly index: number;
  readonly candidate: CandidateResult;
  readonly measured: readonly RoundResult[];
  /** Finished the race with at least one round that counts. */
  readonly isRanked: boolean;
  /** The second of two equal candidates, there to show the noise: it takes no part in the ranking. */
  readonly isControl: boolean;
  /** Where in a sweep it stands; empty without one. */
  readonly point: string;
}

/** All candidates: those with figures first, fastest on top, then those that are out. */
export const listEntries = (race: RaceResult): readonly Entry[] =>
  race.candidates
    .map((candidate, index) => {
      const measured = candidate.rounds.filter(({ outcome }) => outcome === 'measured');
      return {
        name: plainText(candidate.name),
        index,
        candidate,
        measured,
        isRanked: candidate.status === 'ok' && candidate.summary !== undefined && measured.length > 0,
        isControl: race.plan.control?.name === candidate.name,
        point: plainText(
          Object.entries(candidate.point)
            .map(([key, value]) => `${key} ${value}`)
            .join(', '),
        ),
      };
    })
    .sort((a, b) => predictRate(b) - predictRate(a) || a.index - b.index);

const predictRate = ({ isRanked, candidate }: Entry): number =>
  isRanked ? (candidate.summary?.requestsPerSecond.mean ?? 0) : -1;
