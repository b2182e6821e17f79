import { atMost, type RoundGate } from './round-facts.ts';

/** A process that somebody stopped (SIGSTOP, a debugger) was not measured. */
export const stoppedGate: RoundGate = ({ stopped }) =>
  atMost('stopped', 'refuses', stopped.length, 0, () => `${stopped.join(' and ')} was stopped by a signal (state T)`);
