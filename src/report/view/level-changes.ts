import type { RoundResult } from '../../result/index.ts';
import { segmentsOf } from '../../stats/index.ts';
import { wholeSeconds } from './windows.ts';

/** A moment at which a round's throughput went to another level. */
export interface LevelChange {
  /** Since the timed part began. */
  readonly seconds: number;
  readonly before: number;
  readonly after: number;
}

/** Fewer windows have no levels, and less than this is no change: as in the gate `steady-state`. */
const fewestWindows = 8;
const smallestChange = 0.02;

/**
 * The change points of a round whose gate `steady-state` is closed, by the gate's own rule. A change in the first half
 * closes no gate, and is among them where another one does.
 */
export const levelChanges = (round: RoundResult): readonly LevelChange[] => {
  const isUnsteady = round.gates?.some(({ name, ok }) => name === 'steady-state' && !ok) ?? false;
  const windows = wholeSeconds(round);
  if (!isUnsteady || windows.length < fewestWindows) return [];
  const segments = segmentsOf(windows.map(({ value }) => value));
  return segments.slice(1).flatMap(({ start, mean }, index) => {
    const before = segments[index]!.mean;
    return Math.abs(mean / before - 1) > smallestChange
      ? [{ seconds: windows[start]!.seconds - 0.5, before, after: mean }]
      : [];
  });
};
