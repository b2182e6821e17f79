import { levelSteps } from '../../stats/index.ts';
import { atMost, type RoundGate } from './round-facts.ts';
import { wholeWindows } from './windows.ts';

/** Fewer windows show no level (see stats/series/change-points.ts). */
const fewestWindows = 8;

/** The level of throughput changed in the last half: the warm-up was too short, or something goes on in the server. */
export const steadyGate: RoundGate = ({ load, warmupMs }) => {
  const windows = wholeWindows(load, warmupMs);
  if (windows.length < fewestWindows) return undefined;
  const late = levelSteps(windows).filter(({ start }) => start >= windows.length / 2);
  return atMost('steady-state', 'withholds', late.length, 0, () => {
    const { start, before, after } = late.at(-1)!;
    return `throughput went from ${Math.round(before)} to ${Math.round(after)} a second after ${start} s, in the last half of the round`;
  });
};
