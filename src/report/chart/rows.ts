import { axisY, type Markish, text } from '@observablehq/plot';
import { chooseInk } from '../palette.ts';
import type { Entry } from '../view/entries.ts';
import type { Size } from './draw.ts';

/** Charts with a row a candidate: names stand beside the rows where there is room, above them where there is not. */
export interface Rows {
  readonly marginLeft: number;
  readonly height: number;
  readonly domain: readonly string[];
  readonly marks: readonly Markish[];
}

const longestName = 30;
/** The width of a bold letter in the widest of the system fonts. */
const letterWidth = 7.6;

export const layRows = (entries: readonly Entry[], size: Size, rowHeight: { wide: number; narrow: number }): Rows => {
  const domain = entries.map(rowKey);
  const named = new Map(entries.map((entry) => [rowKey(entry), shorten(entry.name, longestName)]));
  const height = entries.length * rowHeight[size];
  if (size === 'wide') {
    const longest = Math.max(...[...named.values()].map((name) => name.length), 8);
    const marks = entries.map((entry) =>
      text([entry], {
        y: rowKey,
        text: () => named.get(rowKey(entry)),
        frameAnchor: 'left',
        textAnchor: 'end',
        dx: -14,
        fill: chooseInk(entry.index),
        fontWeight: 600,
      }),
    );
    return { marginLeft: Math.ceil(longest * letterWidth) + 20, height, domain, marks: [axisY([]), ...marks] };
  }
  const marks = entries.map((entry) =>
    text([entry], {
      y: rowKey,
      text: () => named.get(rowKey(entry)),
      frameAnchor: 'left',
      textAnchor: 'start',
      dx: 2,
      dy: -rowHeight.narrow / 2 + 9,
      fill: chooseInk(entry.index),
      fontWeight: 600,
    }),
  );
  return { marginLeft: 8, height, domain, marks: [axisY([]), ...marks] };
};

/** Rows are told apart by place, since two hostile names may look alike once they are shortened. */
export const rowKey = (entry: Entry): string => String(entry.index);

export const shorten = (name: string, most: number): string =>
  name.length > most ? `${name.slice(0, most - 1)}…` : name;
