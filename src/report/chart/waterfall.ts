import { axisX, barX, gridX, ruleY, text } from '@observablehq/plot';
import { formatNumber } from '../../base/index.ts';
import { chooseInk } from '../palette.ts';
import type { Entry } from '../view/entries.ts';
import type { RaceView } from '../view/race-view.ts';
import { type Drawing, draw, type Size, widths } from './draw.ts';
import { layRows, rowKey } from './rows.ts';

type Turn = NonNullable<Entry['candidate']['calibration']>['waterfall'][number];

const countTurns = ({ candidate }: Entry): readonly Turn[] => candidate.calibration?.waterfall ?? [];

const endMs = ({ startMs, serverMs, streamMs }: Turn): number => startMs + serverMs + streamMs;

const lengthMs = (entry: Entry): number => Math.max(0, ...countTurns(entry).map(endMs));

export const entriesWithWaterfall = ({ entries }: RaceView): readonly Entry[] =>
  entries.filter((entry) => countTurns(entry).length > 0);

/** One request of each candidate on one time scale: every wait for the database is a block. */
export const drawLanes = (view: RaceView, size: Size): Drawing | undefined => {
  const entries = entriesWithWaterfall(view);
  if (entries.length === 0) return undefined;
  const rows = layRows(entries, size, { wide: 38, narrow: 50 });
  const longest = Math.max(...entries.map(lengthMs));
  const insets = size === 'wide' ? { insetTop: 8, insetBottom: 8 } : { insetTop: 22, insetBottom: 6 };
  return draw(size, rows.height + 48, {
    marginLeft: rows.marginLeft,
    marginRight: size === 'wide' ? 96 : 70,
    marginTop: 4,
    marginBottom: 42,
    x: { domain: [0, longest], label: null },
    y: { type: 'band', domain: [...rows.domain], label: null, padding: 0 },
    marks: [
      gridX({ ticks: size === 'wide' ? 8 : 4 }),
      axisX({ label: 'ms since the first message →', labelOffset: 34, ticks: size === 'wide' ? 8 : 4 }),
      ...entries.flatMap((entry) => [
        ruleY([entry], {
          y: rowKey,
          x1: 0,
          x2: lengthMs,
          stroke: chooseInk(entry.index),
          strokeOpacity: 0.4,
          strokeWidth: 1.5,
          dy: size === 'wide' ? 0 : 8,
        }),
        barX(countTurns(entry), {
          y: () => rowKey(entry),
          x1: 'startMs',
          x2: (turn) => Math.max(endMs(turn), turn.startMs + longest / 600),
          fill: chooseInk(entry.index),
          ...insets,
          className: 'turn',
        }),
        text([entry], {
          y: rowKey,
          x: lengthMs,
          text: () => `${countTurns(entry).length} waits`,
          textAnchor: 'start',
          dx: 8,
          dy: size === 'wide' ? 0 : 8,
          fontWeight: 600,
          fill: chooseInk(entry.index),
        }),
      ]),
      ...rows.marks,
    ],
  });
};

/** One candidate's request: a row a round trip, with the messages both ways, the database's time and the gap before it. */
export const drawWaterfall = (entry: Entry, longestMs: number, size: Size): Drawing | undefined => {
  const turns = countTurns(entry).map((turn, index) => ({
    ...turn,
    row: index + 1,
    gapFrom: index === 0 ? 0 : endMs(countTurns(entry)[index - 1]!),
    firstMs: turn.startMs + turn.serverMs,
    endMs: endMs(turn),
  }));
  if (turns.length === 0) return undefined;
  const ink = chooseInk(entry.index);
  const marginLeft = size === 'wide' ? 150 : 92;
  const shown = widths[size] - marginLeft - 64;
  return draw(size, turns.length * 19 + 50, {
    marginLeft,
    marginRight: 64,
    marginTop: 4,
    marginBottom: 42,
    x: { domain: [0, longestMs], label: null },
    y: { type: 'band', domain: turns.map(({ row }) => row), label: null, padding: 0 },
    marks: [
      gridX({ ticks: size === 'wide' ? 8 : 4 }),
      axisX({ label: 'ms →', labelOffset: 34, ticks: size === 'wide' ? 8 : 4 }),
      text(turns, {
        y: 'row',
        text: ({ row, up, down }) => `${row}  ${spellLetters(up, size)} → ${spellLetters(down, size)}`,
        frameAnchor: 'left',
        textAnchor: 'end',
        dx: -8,
        fontFamily: 'ui-monospace, monospace',
        fontSize: 11,
      }),
      barX(turns, {
        y: 'row',
        x1: 'gapFrom',
        x2: 'startMs',
        fill: 'currentColor',
        fillOpacity: 0.13,
        insetTop: 7,
        insetBottom: 7,
        className: 'gap',
      }),
      barX(turns, {
        y: 'row',
        x1: 'startMs',
        x2: 'firstMs',
        fill: ink,
        insetTop: 3,
        insetBottom: 3,
        className: 'turn',
      }),
      barX(turns, { y: 'row', x1: 'firstMs', x2: 'endMs', fill: ink, fillOpacity: 0.5, insetTop: 3, insetBottom: 3 }),
      text(turns, {
        y: 'row',
        x: 'endMs',
        text: ({ serverMs, streamMs }) => `${formatNumber(serverMs + streamMs)} ms`,
        textAnchor: 'start',
        dx: Math.min(4, shown),
        fontSize: 11,
      }),
    ],
  });
};

/** The messages as letters of the protocol; a long answer is cut in the middle of its rows. */
const spellLetters = (letters: string, size: Size): string => {
  const most = size === 'wide' ? 9 : 5;
  return letters.length > most ? `${letters.slice(0, most - 2)}…${letters.slice(-1)}` : letters;
};
