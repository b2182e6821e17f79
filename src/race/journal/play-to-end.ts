import { debuglog } from 'node:util';
import { type Clock, describeThrown, PitwallError } from '../../base/index.ts';
import { assembleResult, type Journal, type RaceResult, writeResult } from '../../result/index.ts';

const debug = debuglog('pitwall:race');

export interface FinishedRace {
  readonly folder: string;
  readonly result: RaceResult;
}

/**
 * Plays a race whose journal is open, and leaves the journal's last line and race.json, however it ends.
 * @throws what ended the race before its last round.
 */
export const playToEnd = async (
  journal: Journal,
  { clock, signal }: { readonly clock: Clock; readonly signal: AbortSignal },
  play: () => Promise<void>,
): Promise<FinishedRace> => {
  const end = (outcome: 'done' | 'failed' | 'interrupted', reason?: string): RaceResult => {
    const endedAt = new Date(clock.unixMs()).toISOString();
    debug('%s ends: %s%s', journal.folder, outcome, reason === undefined ? '' : `, ${reason}`);
    journal.append({ type: 'end', endedAt, outcome, ...(reason === undefined ? {} : { reason }) });
    const result = assembleResult(journal.records);
    writeResult(journal.folder, result);
    return result;
  };
  try {
    await play();
  } catch (error) {
    tryToEnd(() => end(signal.aborted ? 'interrupted' : 'failed', describeThrown(error)));
    throw asInterrupted(error);
  }
  return { folder: journal.folder, result: end('done') };
};

/** The journal exists now, and a later run can go on with it. */
const asInterrupted = (error: unknown): unknown =>
  error instanceof PitwallError && error.code === 'cli.interrupted'
    ? new PitwallError('race.interrupted', error.message)
    : error;

/** Where the results folder itself is what failed, the reason for the end is the first error, not this one. */
const tryToEnd = (end: () => void): void => {
  try {
    end();
  } catch (error) {
    if (!(error instanceof PitwallError)) throw error;
  }
};
