import { areaY, gridX, gridY, line, ruleX, text } from '@observablehq/plot';
import { formatNumber } from '../../base/index.ts';
import { chooseInk } from '../palette.ts';
import type { RaceView } from '../view/race-view.ts';
import { type Drawing, draw, type Size } from './draw.ts';
import { shorten } from './rows.ts';

const named = [0, 0.5, 0.9, 0.99, 0.999, 0.9999];

/** 0 for the minimum, 1 for p90, 2 for p99: equal steps are ten times fewer requests beyond. */
const depth = (quantile: number): number => -Math.log10(1 - quantile);

/** Latency over percentile, both logarithmic: all requests as a line, the range over rounds as a band. */
export const drawPercentiles = ({ percentiles }: RaceView, size: Size): Drawing | undefined => {
  if (percentiles.length === 0) return undefined;
  const deepest = Math.max(...percentiles.map(({ points }) => depth(points.at(-1)!.quantile)));
  const ticks = named.map(depth).filter((tick) => tick <= deepest + 0.01);
  const all = percentiles.flatMap(({ points }) => points.flatMap(({ lowMs, highMs }) => [lowMs, highMs]));
  const [least, most] = [Math.max(1e-3, Math.min(...all)), Math.max(...all)];
  const marginRight = size === 'wide' ? 150 : 16;
  return draw(size, size === 'wide' ? 400 : 320, {
    marginLeft: 52,
    marginRight,
    marginTop: 26,
    marginBottom: 40,
    x: {
      label: 'percentile →',
      labelOffset: 34,
      domain: [0, Math.max(deepest, 1)],
      ticks,
      tickFormat: (tick: number) => label(tick),
    },
    y: {
      type: 'log',
      label: '↑ latency, ms',
      domain: [least / 1.1, most * 1.1],
      ticks: latencyTicks(least / 1.1, most * 1.1),
      tickFormat: (value: number) => formatNumber(value),
    },
    marks: [
      gridX(ticks),
      gridY(latencyTicks(least / 1.1, most * 1.1)),
      ruleX([0]),
      ...percentiles.flatMap(({ entry, points }) => {
        const ink = chooseInk(entry.index);
        const shown = points.map((point) => ({ ...point, at: depth(point.quantile) }));
        const sure = shown.filter(({ isSupported }) => isSupported);
        const rest = shown.slice(Math.max(0, sure.length - 1));
        return [
          areaY(shown, { x: 'at', y1: 'lowMs', y2: 'highMs', fill: ink, fillOpacity: 0.16, className: 'band' }),
          line(sure, { x: 'at', y: 'latencyMs', stroke: ink, strokeWidth: 2.25, className: 'curve' }),
          line(rest, {
            x: 'at',
            y: 'latencyMs',
            stroke: ink,
            strokeWidth: 2,
            strokeDasharray: '2 4',
            className: 'curve',
          }),
        ];
      }),
      ...(size === 'wide' ? [endLabels(percentiles)] : []),
    ],
  });
};

/** Names at the ends of the curves, pushed apart where the ends lie close (as factors, since the axis is logarithmic). */
const endLabels = (percentiles: RaceView['percentiles']) => {
  const ends = percentiles
    .map(({ entry, points }) => ({ entry, at: depth(points.at(-1)!.quantile), latencyMs: points.at(-1)!.latencyMs }))
    .sort((a, b) => a.latencyMs - b.latencyMs);
  const all = percentiles.flatMap(({ points }) => points.flatMap(({ lowMs, highMs }) => [lowMs, highMs]));
  const leastFactor = (Math.max(...all) / Math.max(1e-6, Math.min(...all))) ** (15 / 330);
  let before = 0;
  const placed = ends.map((end) => {
    before = Math.max(end.latencyMs, before * leastFactor);
    return { ...end, y: before };
  });
  return placed.map((end) =>
    text([end], {
      x: 'at',
      y: 'y',
      text: ({ entry }) => shorten(entry.name, 20),
      textAnchor: 'start',
      dx: 6,
      fill: chooseInk(end.entry.index),
      fontWeight: 600,
    }),
  );
};

const label = (tick: number): string => {
  const quantile = 1 - 10 ** -tick;
  return quantile === 0 ? 'min' : `p${Number((100 * quantile).toPrecision(6))}`;
};

/** On a logarithmic axis 1, 2 and 5 times each power of ten. */
const latencyTicks = (low: number, high: number): number[] => {
  const decades = Array.from(
    { length: Math.ceil(Math.log10(high)) - Math.floor(Math.log10(low)) + 1 },
    (_, step) => 10 ** (Math.floor(Math.log10(low)) + step),
  );
  return decades.flatMap((decade) => [decade, 2 * decade, 5 * decade]).filter((tick) => tick >= low && tick <= high);
};
