import { atMost, type RoundGate } from './round-facts.ts';

/** The warm-up went on to its limit, and throughput still had not found a level. */
export const settledGate: RoundGate = ({ settling }) =>
  atMost(
    'settled',
    'withholds',
    settling === undefined ? undefined : settling.isSettled ? 0 : 1,
    0,
    () => `throughput had not settled after ${settling!.seconds} s of load`,
  );
