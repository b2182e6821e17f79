import { axisX, axisY, barX, gridX, ruleX, text } from '@observablehq/plot';
import { formatNumber, formatWholePercent } from '../../base/index.ts';
import { chooseInk } from '../palette.ts';
import type { ModelView } from '../view/race-view.ts';
import { type Drawing, draw, type Size } from './draw.ts';

/** How full each resource of a candidate is at the modelled rate; what limits it is filled and named. */
export const drawUtilisation = ({ entry, explanation }: ModelView, size: Size): Drawing => {
  const { bottleneck, uses } = explanation.prediction;
  // Where the model does not give the measured rate, what it names is not shown as the cause.
  const bound: readonly string[] =
    explanation.kind !== 'explained' ? [] : bottleneck.kind === 'binds' ? [bottleneck.resource] : bottleneck.resources;
  const rows = uses.map((use) => ({ ...use, binds: bound.includes(use.resource) }));
  return draw(size, rows.length * 28 + 30, {
    marginLeft: size === 'wide' ? 150 : 128,
    marginRight: size === 'wide' ? 170 : 104,
    marginTop: 4,
    marginBottom: 24,
    x: { domain: [0, 1], label: null },
    y: { type: 'band', domain: rows.map(({ resource }) => resource), label: null, padding: 0 },
    marks: [
      gridX([0.25, 0.5, 0.75]),
      axisX([0, 0.5, 1], { label: null, tickFormat: (share: number) => formatWholePercent(share) }),
      axisY({ tickSize: 0, label: null }),
      barX(rows, {
        y: 'resource',
        x1: () => 0,
        x2: ({ utilisation }) => Math.min(1, utilisation),
        fill: chooseInk(entry.index),
        fillOpacity: ({ binds }) => (binds ? 1 : 0.3),
        insetTop: 5,
        insetBottom: 5,
        className: 'use',
      }),
      ruleX([1], { strokeDasharray: '3 3' }),
      text(rows, {
        y: 'resource',
        x: () => 1,
        text: ({ binds, utilisation, capacity, busy }) =>
          `${formatWholePercent(utilisation)}${binds ? ' ◀ binds' : size === 'wide' ? `  ${formatNumber(busy)} of ${formatNumber(capacity)}` : ''}`,
        textAnchor: 'start',
        dx: 8,
        fontWeight: 600,
      }),
    ],
  });
};
