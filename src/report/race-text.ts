import { formatCauses } from './causes-text.ts';
import { formatRaceTable } from './race-table.ts';
import { formatSweep, isSweep } from './sweep-table.ts';
import { formatVerdict } from './verdict-sentence.ts';
import type { RaceView } from './view/race-view.ts';

/** A race for a terminal: the verdict, the table with its conditions, what binds each candidate and what to try next. */
export const formatRaceText = (view: RaceView): string => {
  const { race } = view;
  const parts = [
    formatVerdict(view),
    isSweep(race) ? formatSweep(race) : '',
    formatRaceTable(race),
    formatCauses(view),
  ];
  return `${parts.filter((part) => part !== '').join('\n')}\n`;
};
