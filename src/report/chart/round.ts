import { areaY, axisX, axisY, dot, gridY, line, ruleX, ruleY, text } from '@observablehq/plot';
import { formatNumber } from '../../base/index.ts';
import { chooseInk, chooseShade } from '../palette.ts';
import { meanCurve, type NamedCurve, type RoundShape } from '../view/round-shape.ts';
import type { TimePoint } from '../view/windows.ts';
import { type Drawing, draw, widths } from './draw.ts';

const panelHeight = 104;
const axisHeight = 30;
const left = 46;
const right = 74;

/**
 * A round of one candidate, second by second, in panels over each other on one time axis: rate, p99, cores and memory
 * by component, and who waits. Panels without data are left out. In the small size only: it stands beside others.
 */
export const drawRound = (shape: RoundShape): Drawing => {
  const ink = chooseInk(shape.entry.index);
  const domain = [0, Math.max(1, ...shape.rates.flat().map(({ seconds }) => seconds + 0.5))];
  const panels = [
    rounds(
      'requests/s',
      shape.rates,
      ink,
      shape.changes.map(({ seconds }) => seconds),
    ),
    rounds('p99, ms', shape.p99Ms, ink, []),
    stacked('cores in use', shape.cores, ink),
    curves('memory, MiB', shape.memoryMiB, ink, 'log'),
    curves('requests that wait', shape.waiting, ink, 'linear'),
  ].filter((panel) => panel !== undefined);
  const drawn = panels.map(({ title, marks, y }, index) => {
    const isLast = index === panels.length - 1;
    return draw('narrow', panelHeight + (isLast ? axisHeight : 0), {
      marginLeft: left,
      marginRight: right,
      marginTop: 22,
      marginBottom: isLast ? 8 + axisHeight : 8,
      x: { domain, label: null },
      y: { label: null, ...y },
      marks: [
        gridY({ ticks: 3 }),
        axisY({ ticks: 3, tickSize: 0, label: null, tickFormat: (value: number) => formatNumber(value) }),
        ...(isLast
          ? [axisX({ ticks: 5, label: 'seconds of the round →', labelOffset: 32, labelAnchor: 'right' })]
          : [axisX([])]),
        text([title], {
          frameAnchor: 'top-left',
          text: (one) => one,
          dy: -18,
          dx: -left + 4,
          fill: 'var(--faint)',
          fontWeight: 600,
        }),
        ...marks,
      ],
    });
  });
  return below(drawn);
};

interface Panel {
  readonly title: string;
  readonly y: Readonly<Record<string, unknown>>;
  readonly marks: NonNullable<NonNullable<Parameters<typeof draw>[2]>['marks']>;
}

/** The mean over the rounds and the range of them; a dashed rule where the level of one changed. */
const rounds = (
  title: string,
  traces: readonly (readonly TimePoint[])[],
  ink: string,
  changes: readonly number[],
): Panel | undefined => {
  const mean = meanCurve(traces);
  if (mean.length === 0) return undefined;
  const range = mean.map(({ seconds }, index) => {
    const values = traces.flatMap((points) => points[index]?.value ?? []);
    return { seconds, low: Math.min(...values), high: Math.max(...values) };
  });
  return {
    title,
    y: { zero: true, nice: true },
    marks: [
      ruleY([0]),
      areaY(range, { x: 'seconds', y1: 'low', y2: 'high', fill: ink, fillOpacity: 0.18, className: 'band' }),
      line(mean, { x: 'seconds', y: 'value', stroke: ink, strokeWidth: 2.25, className: 'curve' }),
      dot(mean.length === 1 ? mean : [], { x: 'seconds', y: 'value', fill: ink }),
      ruleX(changes, { stroke: 'var(--bad)', strokeWidth: 1.5, strokeDasharray: '4 3', className: 'change' }),
      text(changes.slice(0, 1), {
        x: (seconds) => seconds,
        text: () => 'level changes',
        frameAnchor: 'top',
        dy: -12,
        fill: 'var(--bad)',
        fontSize: 11,
      }),
    ],
  };
};

/** Cores by component on top of each other: their sum is what the race used of the machine. */
const stacked = (title: string, components: readonly NamedCurve[], ink: string): Panel | undefined => {
  if (components.length === 0) return undefined;
  const sums = new Map<number, number>();
  const layers = components.map(({ name, points }) => ({
    name,
    points: points.map(({ seconds, value }, index) => {
      const low = sums.get(index) ?? 0;
      sums.set(index, low + value);
      return { seconds, low, high: low + value };
    }),
  }));
  const ends = layers.map(({ name, points }) => ({
    name,
    value: ((points.at(-1)?.low ?? 0) + (points.at(-1)?.high ?? 0)) / 2,
  }));
  const top = Math.max(...sums.values(), 0.01);
  return {
    title,
    y: { domain: [0, top * 1.05] },
    marks: [
      ...layers.map(({ name, points }) =>
        areaY(points, {
          x: 'seconds',
          y1: 'low',
          y2: 'high',
          fill: name === 'candidate' ? ink : 'currentColor',
          fillOpacity: chooseShade(name),
          stroke: 'var(--paper)',
          strokeWidth: 0.5,
          className: 'layer',
        }),
      ),
      ruleY([0]),
      ...endLabels(apart(ends, (13 * top) / (panelHeight - 30)), ink),
    ],
  };
};

const dashes: Readonly<Record<string, string>> = { load: '1 3', proxy: '6 3', tap: '2 2', pooler: '4 2 1 2' };

/** A line a component; the candidate's is in its colour, those of the others differ in their dashes. */
const curves = (
  title: string,
  components: readonly NamedCurve[],
  ink: string,
  type: 'log' | 'linear',
): Panel | undefined => {
  const values = components.flatMap(({ points }) => points.map(({ value }) => value));
  if (values.length === 0) return undefined;
  const most = Math.max(...values, type === 'log' ? 1 : 1);
  const least = type === 'log' ? Math.max(0.1, Math.min(...values)) / 1.3 : 0;
  const ends = components.map(({ name, points }) => ({ name, value: points.at(-1)!.value }));
  const share = 13 / (panelHeight - 30);
  const placed =
    type === 'log'
      ? apart(
          ends.map(({ name, value }) => ({ name, value: Math.log(Math.max(least, value)) })),
          share * Math.log((most * 1.3) / least),
        ).map(({ name, value }) => ({ name, value: Math.exp(value) }))
      : apart(ends, share * most * 1.1);
  return {
    title,
    y: type === 'log' ? { type, domain: [least, most * 1.3] } : { domain: [0, most * 1.1] },
    marks: [
      ...components.map(({ name, points }) => {
        const stroke = name === 'candidate' ? ink : 'currentColor';
        return line(points, {
          x: 'seconds',
          y: ({ value }) => Math.max(least, value),
          stroke,
          strokeWidth: name === 'candidate' ? 2.25 : 1.5,
          strokeOpacity: name === 'candidate' ? 1 : 0.75,
          ...(dashes[name] === undefined || name === 'candidate' ? {} : { strokeDasharray: dashes[name] }),
          className: 'curve',
        });
      }),
      dot(
        components.filter(({ points }) => points.length === 1).map(({ name, points }) => ({ name, ...points[0]! })),
        { x: 'seconds', y: 'value', r: 2.5, fill: 'currentColor' },
      ),
      ...endLabels(placed, ink),
    ],
  };
};

interface Label {
  readonly name: string;
  readonly value: number;
}

/** Labels in the order of their values, pushed up where they would lie on each other. */
const apart = (labels: readonly Label[], least: number): readonly Label[] => {
  let before = Number.NEGATIVE_INFINITY;
  return [...labels]
    .sort((a, b) => a.value - b.value)
    .map(({ name, value }) => {
      before = Math.max(value, before + least);
      return { name, value: before };
    });
};

const endLabels = (labels: readonly Label[], ink: string) =>
  labels.map((label) =>
    text([label], {
      y: 'value',
      text: 'name',
      frameAnchor: 'right',
      textAnchor: 'start',
      dx: 6,
      fontSize: 11,
      fill: label.name === 'candidate' ? ink : 'currentColor',
      fontWeight: label.name === 'candidate' ? 700 : 400,
    }),
  );

/** Drawings over each other as one. */
const below = (drawings: readonly Drawing[]): Drawing => {
  let height = 0;
  const parts = drawings.map((drawing) => {
    const y = height;
    height += drawing.height;
    return `<svg y="${y}" width="${drawing.width}" height="${drawing.height}" viewBox="0 0 ${drawing.width} ${drawing.height}" overflow="visible">${drawing.body}</svg>`;
  });
  return { width: widths.narrow, height, body: parts.join('') };
};
