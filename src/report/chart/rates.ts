import { dot, gridX, ruleX, ruleY, tickX } from '@observablehq/plot';
import { chooseInk, chooseSymbol } from '../palette.ts';
import type { Entry } from '../view/entries.ts';
import type { RaceView } from '../view/race-view.ts';
import { type Drawing, draw, type Size } from './draw.ts';
import { layRows, rowKey } from './rows.ts';

/** Requests a second: a small dot a round, the mean and its 95 % interval. */
export const drawRates = ({ entries }: RaceView, size: Size): Drawing | undefined => {
  const ranked = entries.filter(({ isRanked }) => isRanked);
  if (ranked.length === 0) return undefined;
  const rows = layRows(ranked, size, { wide: 34, narrow: 46 });
  const shift = size === 'narrow' ? 9 : 0;
  return draw(size, rows.height + 46, {
    marginLeft: rows.marginLeft,
    marginRight: 24,
    marginTop: 4,
    marginBottom: 40,
    x: {
      label: 'requests/s →',
      labelAnchor: 'right',
      labelOffset: 34,
      zero: true,
      nice: true,
      ticks: size === 'wide' ? 8 : 4,
    },
    y: { type: 'band', domain: rows.domain, label: null, padding: 0 },
    marks: [
      gridX({ ticks: size === 'wide' ? 8 : 4 }),
      ruleX([0]),
      ...rows.marks,
      ...ranked.flatMap((entry) => rowMarks(entry, shift)),
    ],
  });
};

const rowMarks = (entry: Entry, shift: number) => {
  const rate = entry.candidate.summary?.requestsPerSecond;
  const rounds = entry.measured.flatMap(({ requestsPerSecond, block }) =>
    requestsPerSecond === undefined ? [] : [{ value: requestsPerSecond, block }],
  );
  const fill = chooseInk(entry.index);
  const y = () => rowKey(entry);
  if (rate === undefined) return [];
  return [
    ...(rate.low === undefined || rate.high === undefined
      ? []
      : [
          ruleY([rate], {
            y,
            x1: 'low',
            x2: 'high',
            stroke: fill,
            strokeWidth: 9,
            strokeOpacity: 0.28,
            dy: shift,
            className: 'interval',
          }),
        ]),
    dot(rounds, { x: 'value', y, r: 3, fill, fillOpacity: 0.55, dy: shift, title: ({ block }) => `block ${block}` }),
    dot([rate], {
      x: 'mean',
      y,
      r: 5.5,
      symbol: chooseSymbol(entry.index),
      fill,
      stroke: 'var(--paper)',
      strokeWidth: 1.5,
      dy: shift,
      className: 'mean',
    }),
    // Over the mark, so that a narrow interval shows as well.
    ...(rate.low === undefined || rate.high === undefined
      ? []
      : [
          tickX([rate.low, rate.high], {
            x: (end) => end,
            y,
            stroke: fill,
            strokeWidth: 1.5,
            insetTop: shift === 0 ? 8 : 23,
            insetBottom: shift === 0 ? 8 : 5,
          }),
        ]),
  ];
};
