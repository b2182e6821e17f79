import { atMost, type RoundGate } from './round-facts.ts';
import { wholeWindows } from './windows.ts';

/** With this many answers a second before, a second without one is not chance (for Poisson arrivals e^-20). */
const fewestExpected = 20;

/** It answered, and then it did not any more until the end: hung, not slow. A pause in the middle is the candidate's own slowness. */
export const silenceGate: RoundGate = ({ load, warmupMs }) => {
  const counts = wholeWindows(load, warmupMs);
  const before = counts.slice(0, counts.findLastIndex((count) => count > 0) + 1);
  const silent = counts.length - before.length;
  if (before.length === 0) return undefined;
  const usual = before.reduce((sum, count) => sum + count, 0) / before.length;
  if (usual < fewestExpected) return undefined;
  return atMost(
    'silence',
    'refuses',
    silent,
    0,
    (seconds) => `no answer in the last ${seconds} s, after ${Math.round(usual)} a second before`,
  );
};
