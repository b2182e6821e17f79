import { segmentsOf } from '../../stats/index.ts';
import { atMost, type RoundGate } from './round-facts.ts';
import { wholeWindows } from './windows.ts';

const fewestWindows = 8;
/** A change of level below what counts as the same is none. */
const smallestChange = 0.02;

/** The level of throughput changed in the last half: the warm-up was too short, or something goes on in the server. */
export const steadyGate: RoundGate = ({ load, warmupMs }) => {
  const windows = wholeWindows(load, warmupMs);
  if (windows.length < fewestWindows) return undefined;
  const segments = segmentsOf(windows);
  const late = segments
    .map((segment, index) => ({ ...segment, before: segments[index - 1]?.mean }))
    .filter(
      ({ start, mean, before }) =>
        before !== undefined && start >= windows.length / 2 && Math.abs(mean / before - 1) > smallestChange,
    );
  return atMost('steady-state', 'withholds', late.length, 0, () => {
    const { start, mean, before } = late.at(-1)!;
    return `throughput went from ${Math.round(before!)} to ${Math.round(mean)} a second after ${start} s, in the last half of the round`;
  });
};
