import { createHash } from 'node:crypto';
import { PitwallError } from '../base/index.ts';
import type { Postgres, PreparedCandidate, StageContext, StageTools } from '../components/index.ts';
import type { Plan, PlanEntry } from '../plan/index.ts';
import type { CandidateFacts, Journal } from '../result/index.ts';
import type { RaceContract } from './contract/race-contract.ts';
import type { RaceEvent } from './events.ts';

/** What a race has from its beginning. */
export interface Begun {
  readonly plan: Plan;
  readonly context: StageContext;
  readonly tools: StageTools;
  readonly journal: Journal;
  onEvent(event: RaceEvent): void;
}

/** What it has once its database runs. */
export interface Running extends Begun {
  readonly postgres: Postgres;
  readonly contract: RaceContract;
}

/** A candidate that is built, with what it is raced under and what the result says of it. */
export interface Runner {
  readonly entry: PlanEntry;
  /** The race's plan under this runner's own conditions, as they are used: without a part that is not installed. */
  readonly plan: Plan;
  /** Components are placed as these conditions say. */
  readonly context: StageContext;
  readonly prepared: PreparedCandidate;
  readonly facts: CandidateFacts;
}

/** Takes a candidate out of the race, for the reason given. */
export const leaveOut = (
  { journal, onEvent }: Pick<Begun, 'journal' | 'onEvent'>,
  facts: CandidateFacts,
  status: 'skipped' | 'failed',
  reason: string,
): void => {
  journal.append({ type: 'candidate', ...facts, status, reason });
  onEvent({ kind: 'left-out', candidate: facts.name, status, reason });
};

/** A race goes on without a candidate, but not after an interrupt or without its database. */
export const throwIfHopeless = async ({ context, postgres }: Running): Promise<void> => {
  context.signal.throwIfAborted();
  const exit = await Promise.race([postgres.process.exited, Promise.resolve(undefined)]);
  if (exit !== undefined) {
    const how = exit.signal ?? `code ${exit.code}`;
    throw new PitwallError('stage.died', `The database ended with ${how} in the middle of the race.`);
  }
};

/** File systems allow 255 bytes, and more is added to it. */
const longestPart = 120;

/** A name that people chose, as part of a file's name. */
export const makeFileName = (name: string): string => {
  const part = name.replace(/[^A-Za-z0-9._-]+/g, '-');
  if (part.length <= longestPart) return part;
  const digest = createHash('sha256').update(name).digest('hex').slice(0, 8);
  return `${part.slice(0, longestPart - digest.length - 1)}-${digest}`;
};
