import { atMost, type RoundGate } from './round-facts.ts';

/** Fast and wrong is not fast. */
export const contractGate: RoundGate = ({ load, mismatches }) =>
  atMost(
    'contract',
    'refuses',
    mismatches.length,
    0,
    (count) => `${count} of ${load.samples.length} sampled answers break the contract`,
  );
