import { atMost, type RoundGate } from './round-facts.ts';
import { wholeWindows } from './windows.ts';

/** Where so many answers would have come at the rate before, none is not chance (for Poisson arrivals e^-20). */
const fewestExpected = 20;

/** It answered, and then it did not any more until the end: hung, not slow. A pause in the middle is the candidate's own slowness. */
export const silenceGate: RoundGate = ({ load, warmupMs }) => {
  const counts = wholeWindows(load, warmupMs);
  const silentSeconds = counts.length - 1 - counts.findLastIndex((count) => count > 0);
  const perSecond = load.counts.ok / Math.max(0.1, load.elapsedMs / 1_000 - silentSeconds);
  return atMost(
    'silence',
    'refuses',
    perSecond * silentSeconds < fewestExpected ? 0 : silentSeconds,
    0,
    (seconds) => `no answer in the last ${seconds} s, after ${Math.round(perSecond)} a second before`,
  );
};
