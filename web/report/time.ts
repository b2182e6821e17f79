import type uPlot from 'uplot';
import { formatNumber } from '../../src/report/numbers.ts';
import type { ReportPageData } from '../../src/report/page-data.ts';
import { type TimeWindow, windowsOf } from '../../src/report/view/windows.ts';
import { unpack } from './downloads.ts';
import { candidateInk } from './ink.ts';
import { axis, mount } from './plot.ts';

type Series = 'requestsPerSecond' | 'p50Ms' | 'p99Ms';

const labels: Readonly<Record<Series, string>> = {
  requestsPerSecond: 'requests/s',
  p50Ms: 'p50, ms',
  p99Ms: 'p99, ms',
};

/** The race as it was run: one line a candidate, broken between its rounds. */
export const showTime = async ({ candidates, files }: ReportPageData): Promise<void> => {
  const place = document.getElementById('time-chart');
  if (place === null) return;
  const windowsByKey = windowsOf(JSON.parse(await (await unpack(files['race.json'])).text()));
  const shown = candidates
    .map((candidate) => ({ ...candidate, windows: windowsByKey.get(candidate.key) ?? [] }))
    .filter(({ windows }) => windows.length > 0);
  const isDense = Math.max(...shown.map(({ windows }) => windows.length)) > 150;
  let series: Series = 'requestsPerSecond';
  const chart = mount(
    place,
    {
      series: [
        { label: 'seconds', value: (_, at) => (at === null ? '' : `${formatNumber(at)} s`) },
        ...shown.map(
          ({ name, index }): uPlot.Series => ({
            label: name,
            stroke: () => candidateInk(index),
            width: 2,
            points: { show: true, size: isDense ? 3 : 5, fill: () => candidateInk(index) },
            value: (_, value) => (value === null || value === undefined ? '–' : formatNumber(value)),
          }),
        ),
      ],
      scales: { x: { time: false }, y: { range: (_, _low, high) => [0, high > 0 ? high * 1.06 : 1] } },
      axes: [axis('seconds since the first round', 40), { ...axis('', 60), label: () => labels[series] } as uPlot.Axis],
      cursor: { drag: { x: true, y: false } },
    },
    align(shown, series),
  );
  for (const input of document.querySelectorAll<HTMLInputElement>('input[name="series"]')) {
    input.addEventListener('change', () => {
      series = input.value as Series;
      chart.setData(align(shown, series), false);
      chart.redraw(true, true);
    });
  }
  document.getElementById('time-reset')?.addEventListener('click', () => chart.setData(align(shown, series), true));
};

/** One column of times and one a candidate: rounds do not overlap, so whatever is not a candidate's own is a hole. */
const align = (
  candidates: readonly { readonly windows: readonly TimeWindow[] }[],
  series: Series,
): uPlot.AlignedData => {
  const rows = candidates.flatMap(({ windows }, column) =>
    windows.flatMap((window, at): { at: number; column: number; value: number | null }[] => {
      const value = window[series] ?? null;
      const isLast = windows[at + 1]?.block !== window.block;
      const point = { at: window.atSeconds, column, value };
      return isLast ? [point, { at: window.atSeconds + 0.001, column, value: null }] : [point];
    }),
  );
  rows.sort((a, b) => a.at - b.at);
  const columns = candidates.map(() => new Array<number | null>(rows.length).fill(null));
  for (const [row, { column, value }] of rows.entries()) columns[column]![row] = value;
  return [rows.map(({ at }) => at), ...columns] as uPlot.AlignedData;
};
