import { axisX, barX, gridX, ruleX, text } from '@observablehq/plot';
import { formatNumber } from '../../base/index.ts';
import { chooseInk, chooseShade } from '../palette.ts';
import type { RaceView } from '../view/race-view.ts';
import { type Drawing, draw, type Size } from './draw.ts';
import { layRows, rowKey } from './rows.ts';

const isOnDark = (component: string): boolean => component === 'candidate' || chooseShade(component) > 0.5;

/** Cores used by each component, stacked, against the cores that there are. */
export const drawCpu = ({ entries, components, race }: RaceView, size: Size): Drawing | undefined => {
  const ranked = entries.filter(({ isRanked }) => isRanked);
  const uses = components.filter(({ entry, cores }) => ranked.includes(entry) && cores !== undefined && cores > 0);
  if (uses.length === 0) return undefined;
  const rows = layRows(ranked, size, { wide: 40, narrow: 52 });
  const stacked = ranked.flatMap((entry) => {
    let end = 0;
    return uses
      .filter((use) => use.entry === entry)
      .map((use) => {
        const start = end;
        end += use.cores!;
        return { ...use, start, end };
      });
  });
  const most = Math.max(race.environment.cores, ...stacked.map(({ end }) => end));
  const pixels = (size === 'wide' ? 920 : 380) - rows.marginLeft - 24;
  const insets = size === 'wide' ? { insetTop: 7, insetBottom: 7 } : { insetTop: 22, insetBottom: 5 };
  return draw(size, rows.height + 50, {
    marginLeft: rows.marginLeft,
    marginRight: 24,
    marginTop: 8,
    marginBottom: 40,
    x: { domain: [0, most * 1.02], label: null },
    y: { type: 'band', domain: [...rows.domain], label: null, padding: 0 },
    marks: [
      axisX({ label: 'cores in use →', labelOffset: 34, ticks: size === 'wide' ? 8 : 4 }),
      gridX({ ticks: size === 'wide' ? 8 : 4 }),
      ...stacked.map((use) =>
        barX([use], {
          x1: 'start',
          x2: 'end',
          y: () => rowKey(use.entry),
          fill: use.component === 'candidate' ? chooseInk(use.entry.index) : 'currentColor',
          fillOpacity: chooseShade(use.component),
          stroke: 'var(--paper)',
          strokeWidth: 1,
          ...insets,
          title: ({ component, cores }) => `${component}: ${formatNumber(cores!)} cores`,
          className: 'use',
        }),
      ),
      ...[true, false].map((isDark) =>
        text(
          stacked.filter(
            ({ component, start, end }) =>
              isOnDark(component) === isDark && ((end - start) / most) * pixels > component.length * 7.2 + 6,
          ),
          {
            x: ({ start, end }) => (start + end) / 2,
            y: ({ entry }) => rowKey(entry),
            text: 'component',
            dy: size === 'wide' ? 0 : 9,
            fill: isDark ? 'var(--paper)' : 'var(--ink)',
          },
        ),
      ),
      ruleX([race.environment.cores], { strokeWidth: 2, strokeDasharray: '5 3' }),
      ruleX([0]),
      ...rows.marks,
    ],
  });
};
