import type { Clock } from '../../base/index.ts';
import type { Plan } from '../../plan/index.ts';
import type { RaceEvent } from '../events.ts';

/** Starting and stopping a stage, until a round has shown what it takes. */
const overheadMs = 4_000;

/** What is left of a race, as far as can be told. */
export interface ExpectedLength {
  readonly blocks: number;
  readonly candidates: number;
  /** About so many blocks in all give a verdict; undefined where that is not known, or no question. */
  readonly verdictBlocks: number | undefined;
}

/** Counts rounds and guesses how long the rest will take. */
export interface RoundEstimate {
  /** The event that a round begins. */
  begin(candidate: string, block: number, expected: ExpectedLength): RaceEvent;
  /** A candidate's part in a block is over, whether anything was left to play in it or not. */
  end(): void;
}

export const createEstimate = (clock: Clock, plan: Pick<Plan, 'warmupMs' | 'durationMs'>): RoundEstimate => {
  let done = 0;
  let playedHere = 0;
  let spentMs = 0;
  let beganNs: number | undefined;
  return {
    begin(candidate, block, { blocks, candidates, verdictBlocks }) {
      beganNs ??= clock.nowNs();
      const rounds = Math.max(blocks * candidates, done + 1);
      const perRoundMs = playedHere === 0 ? plan.warmupMs + plan.durationMs + overheadMs : spentMs / playedHere;
      const countSeconds = (count: number): number => Math.max(0, Math.round(((count - done) * perRoundMs) / 1_000));
      const verdict =
        verdictBlocks === undefined
          ? {}
          : { verdict: { blocks: verdictBlocks, secondsLeft: countSeconds(verdictBlocks * candidates) } };
      const secondsLeft = countSeconds(rounds);
      return { kind: 'round-started', candidate, block, blocks, played: done, rounds, secondsLeft, ...verdict };
    },
    end() {
      done += 1;
      if (beganNs === undefined) return;
      playedHere += 1;
      spentMs += (clock.nowNs() - beganNs) / 1e6;
      beganNs = undefined;
    },
  };
};
