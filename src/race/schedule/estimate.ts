import type { Clock } from '../../base/index.ts';
import type { Plan } from '../../plan/index.ts';
import type { RaceEvent } from '../events.ts';

/** Starting and stopping a stage, until a round has shown what it takes. */
const overheadMs = 4_000;

/** Counts rounds and guesses how long the rest will take. */
export interface RoundEstimate {
  /** The event that a round begins. */
  begin(candidate: string, block: number, blocks: number, candidates: number): RaceEvent;
  /** A candidate's part in a block is over, whether anything was left to play in it or not. */
  end(): void;
}

export const createEstimate = (clock: Clock, plan: Pick<Plan, 'warmupMs' | 'durationMs'>): RoundEstimate => {
  let done = 0;
  let playedHere = 0;
  let spentMs = 0;
  let beganNs: number | undefined;
  return {
    begin(candidate, block, blocks, candidates) {
      beganNs ??= clock.nowNs();
      const rounds = Math.max(blocks * candidates, done + 1);
      const perRoundMs = playedHere === 0 ? plan.warmupMs + plan.durationMs + overheadMs : spentMs / playedHere;
      const secondsLeft = Math.round(((rounds - done) * perRoundMs) / 1_000);
      return { kind: 'round-started', candidate, block, blocks, played: done, rounds, secondsLeft };
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
