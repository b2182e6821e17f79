import type { RoundResult } from '../../result/index.ts';
import { levelSteps } from '../../stats/index.ts';
import { wholeSeconds } from './windows.ts';

/** A moment at which a round's throughput went to another level. */
export interface LevelChange {
  /** Since the timed part began. */
  readonly seconds: number;
  readonly before: number;
  readonly after: number;
}

/**
 * The change points of a round whose gate `steady-state` is closed, by the gate's own rule. A change in the first half
 * closes no gate, and is among them where another one does.
 */
export const levelChanges = (round: RoundResult): readonly LevelChange[] => {
  const isUnsteady = round.gates?.some(({ name, ok }) => name === 'steady-state' && !ok) ?? false;
  if (!isUnsteady) return [];
  const windows = wholeSeconds(round);
  return levelSteps(windows.map(({ value }) => value)).map(({ start, before, after }) => ({
    seconds: windows[start]!.seconds - 0.5,
    before,
    after,
  }));
};
