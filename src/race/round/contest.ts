import type { Clock } from '../../base/index.ts';
import type { LoadJob } from '../../load/index.ts';
import type { Conditions, Schedule } from '../../plan/index.ts';
import type { CandidateFacts, Journal } from '../../result/index.ts';
import type { RaceEvent } from '../events.ts';
import type { RoundEvidence } from './round.ts';
import type { RoundPlace, RoundTerms } from './round-result.ts';

/** One of those who race, whatever it takes to play a round of it. */
export interface Contender {
  readonly facts: CandidateFacts;
  readonly terms: RoundTerms;
  /** Rejects when the round could not be finished. */
  play(place: RoundPlace): Promise<{ readonly evidence: RoundEvidence; readonly job: LoadJob }>;
}

/** What the timed part of a race needs beside those who race. */
export interface Contest {
  readonly plan: Schedule & Pick<Conditions, 'durationMs' | 'warmupMs'>;
  /** All that the plan has, in its order: the order of a block does not depend on who is still in the race. */
  readonly names: readonly string[];
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly journal: Journal;
  onEvent(event: RaceEvent): void;
  /** After a failed round: throws where no other could be played either. */
  throwIfHopeless(): Promise<void>;
}
