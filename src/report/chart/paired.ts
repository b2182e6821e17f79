import { dot, gridX, gridY, line, rectX, ruleX, ruleY, tickX } from '@observablehq/plot';
import { chooseInk, chooseSymbol } from '../palette.ts';
import type { RatePair } from '../view/comparisons.ts';
import type { RaceView } from '../view/race-view.ts';
import { type Drawing, draw, type Size } from './draw.ts';
import { layRows, rowKey } from './rows.ts';

/** Each block's rates, joined over the blocks: parallel lines are what pairing takes out. */
export const drawBlocks = ({ entries, race }: RaceView, size: Size): Drawing | undefined => {
  const ranked = entries.filter(({ isRanked }) => isRanked);
  if (ranked.length === 0) return undefined;
  const blocks = Math.max(race.plan.blocks, ...ranked.flatMap(({ measured }) => measured.map(({ block }) => block)));
  return draw(size, size === 'wide' ? 300 : 260, {
    marginLeft: 52,
    marginRight: 20,
    marginTop: 26,
    marginBottom: 40,
    x: {
      label: 'block →',
      labelOffset: 34,
      domain: [0.7, blocks + 0.3],
      ticks: Array.from({ length: blocks }, (_, index) => index + 1).filter(
        (block) => block === 1 || block % Math.ceil(blocks / (size === 'wide' ? 20 : 8)) === 0,
      ),
      tickFormat: String,
    },
    y: { label: '↑ requests/s', zero: true, nice: true, ticks: 6 },
    marks: [
      gridY({ ticks: 6 }),
      ruleY([0]),
      ...ranked.flatMap((entry) => {
        const rounds = entry.measured.filter(({ requestsPerSecond }) => requestsPerSecond !== undefined);
        const ink = chooseInk(entry.index);
        return [
          line(rounds, { x: 'block', y: 'requestsPerSecond', stroke: ink, strokeWidth: 1.5, strokeOpacity: 0.5 }),
          dot(rounds, {
            x: 'block',
            y: 'requestsPerSecond',
            fill: ink,
            symbol: chooseSymbol(entry.index),
            r: 4.5,
            stroke: 'var(--paper)',
            className: 'round',
          }),
        ];
      }),
    ],
  });
};

/** The fastest against each other candidate: a dot a block, the ratio and its interval, and the zone of "the same". */
export const drawRatios = ({ pairs: all, entries }: RaceView, size: Size): Drawing | undefined => {
  const first = entries.find(({ isRanked, isControl }) => isRanked && !isControl);
  const pairs = all.filter(({ a }) => a === first);
  if (pairs.length === 0) return undefined;
  const rows = layRows(
    pairs.map(({ b }) => b),
    size,
    { wide: 34, narrow: 46 },
  );
  const shift = size === 'narrow' ? 9 : 0;
  const margin = pairs[0]!.comparison.margin;
  const values = pairs.flatMap(({ blocks, comparison: { ratio, low, high } }) => [
    ...blocks.map((block) => block.ratio),
    low ?? ratio,
    high ?? ratio,
  ]);
  const domain = [Math.min(0.9, ...values) / 1.03, Math.max(1.1, ...values) * 1.03];
  const ticks = ratioTicks(domain[0]!, domain[1]!, size === 'wide' ? 9 : 5);
  return draw(size, rows.height + 46, {
    marginLeft: rows.marginLeft,
    marginRight: 24,
    marginTop: 4,
    marginBottom: 40,
    x: {
      type: 'log',
      label: 'times as many requests/s →',
      labelOffset: 34,
      domain,
      ticks,
      tickFormat: (value: number) => `${Number(value.toPrecision(3))}×`,
    },
    y: { type: 'band', domain: [...rows.domain], label: null, padding: 0 },
    marks: [
      gridX(ticks),
      rectX([{ low: 1 / (1 + margin), high: 1 + margin }], {
        x1: 'low',
        x2: 'high',
        fill: 'currentColor',
        fillOpacity: 0.1,
      }),
      ruleX([1], { strokeDasharray: '3 3' }),
      ...rows.marks,
      ...pairs.flatMap((pair) => ratioMarks(pair, shift)),
    ],
  });
};

const ratioMarks = ({ b, blocks, comparison }: RatePair, shift: number) => {
  const ink = chooseInk(b.index);
  const y = () => rowKey(b);
  return [
    ...(comparison.low !== undefined && comparison.high !== undefined
      ? [
          ruleY([comparison], {
            y,
            x1: 'low',
            x2: 'high',
            stroke: ink,
            strokeWidth: 9,
            strokeOpacity: 0.28,
            dy: shift,
            className: 'interval',
          }),
        ]
      : []),
    dot(blocks, {
      x: 'ratio',
      y,
      r: 3.5,
      fill: ink,
      fillOpacity: 0.75,
      symbol: chooseSymbol(b.index),
      dy: shift,
      title: ({ block }) => `block ${block}`,
      className: 'block',
    }),
    tickX([comparison], {
      x: 'ratio',
      y,
      stroke: ink,
      strokeWidth: 3,
      insetTop: shift === 0 ? 6 : 16,
      insetBottom: shift === 0 ? 6 : -2,
    }),
  ];
};

/** Round ratios within the domain, about as many as asked for. */
const ratioTicks = (low: number, high: number, most: number): number[] => {
  for (const step of [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 1_000]) {
    const first = Math.ceil(low / step);
    const count = Math.floor(high / step) - first + 1;
    // Before they are made: a ratio of a damaged file would have more of them than memory.
    if (!(count <= most)) continue;
    const ticks = Array.from({ length: Math.max(0, count) }, (_, index) =>
      Number(((first + index) * step).toPrecision(6)),
    );
    return ticks.includes(1) || low > 1 || high < 1
      ? ticks.filter((tick) => tick > 0)
      : [1, ...ticks.filter((tick) => tick > 0)];
  }
  return [1];
};
