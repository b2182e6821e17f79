import type uPlot from 'uplot';
import { formatNumber } from '../../src/base/numbers.ts';
import type { PageCandidate, ReportPageData } from '../../src/report/data/page-data.ts';
import { collectTraces, type Measure, type RoundTrace } from '../../src/report/view/windows.ts';
import type { RaceResult } from '../../src/result/index.ts';
import { unpack } from './downloads.ts';
import { candidateInk } from './ink.ts';
import { axis, mount } from './plot.ts';

type Shown = PageCandidate & { readonly traces: readonly RoundTrace[] };

/** The race as it was run: one line a candidate, broken between its rounds, and a rule where a round changed its level. */
export const showTime = async ({ candidates, files }: ReportPageData): Promise<void> => {
  const place = document.getElementById('time-chart');
  if (place === null) return;
  const race = JSON.parse(await (await unpack(files['race.json'])).text()) as RaceResult;
  const select = document.getElementById('time-component') as HTMLSelectElement | null;
  const formatShown = (measure: Measure): readonly Shown[] => {
    const traces = collectTraces(race, measure);
    return played.map((candidate) => ({ ...candidate, traces: traces.get(candidate.key) ?? [] }));
  };
  const rates = collectTraces(race, { kind: 'requestsPerSecond' });
  const played = candidates.filter(({ key }) => (rates.get(key) ?? []).length > 0);
  const most = Math.max(...[...rates.values()].map((traces) => traces.flatMap(({ points }) => points).length));
  let measure: Measure = { kind: 'requestsPerSecond' };
  const chart = mount(
    place,
    {
      series: [
        { label: 'seconds', value: (_, at) => (at === null ? '' : `${formatNumber(at)} s`) },
        ...played.map(
          ({ name, index }): uPlot.Series => ({
            label: name,
            stroke: () => candidateInk(index),
            width: 2,
            points: { show: true, size: most > 150 ? 3 : 5, fill: () => candidateInk(index) },
            value: (_, value) => (value === null || value === undefined ? '–' : formatNumber(value)),
          }),
        ),
      ],
      scales: { x: { time: false }, y: { range: (_, _low, high) => [0, high > 0 ? high * 1.06 : 1] } },
      axes: [
        axis('seconds since the first round', 40),
        { ...axis('', 60), label: () => writeLabel(measure) } as uPlot.Axis,
      ],
      cursor: { drag: { x: true, y: false } },
      hooks: { draw: [(drawn) => drawChanges(drawn, played)] },
    },
    align(formatShown(measure)),
  );
  const choose = (): void => {
    measure = readMeasure(
      document.querySelector<HTMLInputElement>('input[name="series"]:checked')?.value ?? '',
      select?.value ?? 'candidate',
    );
    markSelect();
    chart.setData(align(formatShown(measure)), false);
    chart.redraw(true, true);
  };
  const markSelect = (): void => {
    if (select !== null) select.disabled = !('component' in measure);
  };
  for (const input of document.querySelectorAll('input[name="series"]')) input.addEventListener('change', choose);
  select?.addEventListener('change', choose);
  markSelect();
  document
    .getElementById('time-reset')
    ?.addEventListener('click', () => chart.setData(align(formatShown(measure)), true));
};

const readMeasure = (value: string, component: string): Measure => {
  if (value === 'cpuCores' || value === 'memoryMiB') return { kind: value, component };
  if (value === 'waiting-proxy' || value === 'waiting-pooler')
    return { kind: 'waiting', at: value === 'waiting-proxy' ? 'proxy' : 'pooler' };
  return { kind: value === 'p50Ms' || value === 'p99Ms' ? value : 'requestsPerSecond' };
};

const writeLabel = (measure: Measure): string => {
  switch (measure.kind) {
    case 'requestsPerSecond':
      return 'requests/s';
    case 'p50Ms':
      return 'p50, ms';
    case 'p99Ms':
      return 'p99, ms';
    case 'cpuCores':
      return `cores, ${measure.component}`;
    case 'memoryMiB':
      return `MiB, ${measure.component}`;
    case 'waiting':
      return `waiting at the ${measure.at}`;
    default:
      return measure satisfies never;
  }
};

/** Dashed rules in the colour of the candidate whose round they are in. */
const drawChanges = (chart: uPlot, candidates: readonly PageCandidate[]): void => {
  const { ctx, bbox } = chart;
  ctx.save();
  ctx.lineWidth = 1.5 * devicePixelRatio;
  ctx.setLineDash([4 * devicePixelRatio, 3 * devicePixelRatio]);
  for (const { index, changesAtSeconds } of candidates) {
    ctx.strokeStyle = candidateInk(index);
    for (const at of changesAtSeconds) {
      const x = chart.valToPos(at, 'x', true);
      if (x < bbox.left || x > bbox.left + bbox.width) continue;
      ctx.beginPath();
      ctx.moveTo(x, bbox.top);
      ctx.lineTo(x, bbox.top + bbox.height);
      ctx.stroke();
    }
  }
  ctx.restore();
};

/** One column of times and one a candidate: rounds do not overlap, so whatever is not a candidate's own is a hole. */
const align = (shown: readonly Shown[]): uPlot.AlignedData => {
  const rows = shown.flatMap(({ traces }, column) =>
    traces.flatMap(({ startSeconds, points }): { at: number; column: number; value: number | null }[] => {
      const own = points.map(({ seconds, value }) => ({ at: startSeconds + seconds, column, value }));
      return [...own, { at: (own.at(-1)?.at ?? 0) + 0.001, column, value: null }];
    }),
  );
  rows.sort((a, b) => a.at - b.at);
  const columns = shown.map(() => new Array<number | null>(rows.length).fill(null));
  for (const [row, { column, value }] of rows.entries()) columns[column]![row] = value;
  return [rows.map(({ at }) => at), ...columns] as uPlot.AlignedData;
};
