import type uPlot from 'uplot';
import { formatNumber } from '../../src/base/numbers.ts';
import {
  checkedWhatIf,
  type Demands,
  loadCurve,
  type WhatIf,
  type WhatIfChange,
  whatIf,
  withChange,
} from '../../src/explain/index.ts';
import type { PageCandidate, ReportPageData } from '../../src/report/data/page-data.ts';
import { candidateInk, ink } from './ink.ts';
import { axis, mount } from './plot.ts';
import { makeSliders, type Sliders } from './sliders.ts';

type Modelled = PageCandidate & {
  readonly demands: Demands;
  readonly model: NonNullable<PageCandidate['model']>;
};

/** The model curve and the sliders that ask it for other settings. */
export const showModel = (data: ReportPageData): void => {
  const place = document.getElementById('model-chart');
  const select = document.getElementById('model-candidate') as HTMLSelectElement | null;
  const answer = document.getElementById('model-answer');
  const holder = document.getElementById('model-sliders');
  const modelled = data.candidates.filter(
    (candidate): candidate is Modelled => candidate.demands !== undefined && candidate.model !== undefined,
  );
  if (place === null || select === null || answer === null || holder === null || modelled.length === 0) return;
  const highest = Math.max(...modelled.map(({ measured }) => measured?.high ?? 0));
  const curves = drawCurves(modelled);
  let sliders: Sliders;
  let chart: uPlot | undefined;
  const chosen = (): Modelled => modelled.find(({ index }) => String(index) === select.value) ?? modelled[0]!;
  const update = (): void => {
    const candidate = chosen();
    const change = sliders.change();
    const withheld = withheldBecause(candidate, change);
    answer.replaceChildren(
      ...(withheld === undefined
        ? writeSentence(candidate, change, whatIf(candidate.demands, change, findMeasured(candidate)))
        : [`${candidate.name}, changed: withheld, ${withheld}.`]),
    );
    chart?.setData([
      [...curves.connections],
      ...curves.rates.map((rates) => [...rates]),
      withheld === undefined ? changedCurve(candidate, change, curves.connections) : curves.connections.map(() => null),
    ]);
  };
  const choose = (): void => {
    sliders = makeSliders(holder, chosen().demands, update);
    update();
  };
  chart = mount(
    place,
    {
      series: [
        { label: 'connections' },
        ...modelled.map(
          ({ name, index }): uPlot.Series => ({
            label: name,
            stroke: () => candidateInk(index),
            width: 2,
            points: { show: false },
            value: (_, value) => (value === null || value === undefined ? '–' : `${formatNumber(value)}/s`),
          }),
        ),
        {
          label: 'changed',
          stroke: () => ink('ink'),
          width: 3,
          dash: [8, 5],
          points: { show: false },
          value: (_, value) => (value === null || value === undefined ? '–' : `${formatNumber(value)}/s`),
        },
      ],
      scales: { x: { time: false }, y: { range: (_, _low, high) => [0, 1.06 * Math.max(high ?? 1, highest)] } },
      axes: [axis('connections', 40), axis('requests/s', 60)],
      hooks: { draw: [(drawn) => drawMeasured(drawn, modelled)] },
    },
    [[...curves.connections], ...curves.rates.map((rates) => [...rates]), curves.connections.map(() => null)],
  );
  select.addEventListener('change', choose);
  document.getElementById('model-reset')?.addEventListener('click', choose);
  choose();
};

/** Why the command line would withhold this prediction; nothing is asked where nothing is changed. */
const withheldBecause = (candidate: Modelled, change: WhatIfChange): string | undefined => {
  if (Object.keys(change).length === 0) return undefined;
  const answer = checkedWhatIf(candidate.demands, change, candidate.checks ?? [], findMeasured(candidate));
  return answer.kind === 'withheld' ? answer.reason : undefined;
};

const findMeasured = ({ measured }: PageCandidate) =>
  measured && { value: measured.requestsPerSecond, low: measured.low, high: measured.high };

/** X(N) of each candidate, to twice the connections that it was raced with; close together where the curve bends. */
const drawCurves = (modelled: readonly Modelled[]) => {
  const counts = modelled.map(({ demands }) => demands.client.connections);
  const most = Math.max(8, 2 * Math.max(...counts));
  for (let count = 1; count < most; count = Math.max(count + 1, Math.round(count * 1.12))) counts.push(count);
  const all = [...new Set([...counts, most])].sort((a, b) => a - b);
  return {
    connections: all,
    rates: modelled.map(({ demands, model }) =>
      loadCurve(demands, all, model.correction).map(({ requestsPerSecond }) => requestsPerSecond),
    ),
  };
};

const changedCurve = (
  { demands, model }: Modelled,
  change: WhatIfChange,
  connections: readonly number[],
): (number | null)[] => {
  const { connections: _, ...rest } = change;
  if (Object.keys(rest).length === 0) return connections.map(() => null);
  const curve = loadCurve(withChange(demands, rest), connections, model.correction);
  return curve.map(({ requestsPerSecond }) => requestsPerSecond);
};

/** Measured rates with their intervals, over the curves. */
const drawMeasured = (chart: uPlot, modelled: readonly Modelled[]): void => {
  const { ctx } = chart;
  const scale = devicePixelRatio;
  for (const [place, { measured, index, demands }] of modelled.entries()) {
    if (measured === undefined) continue;
    const [y, low, high] = [measured.requestsPerSecond, measured.low, measured.high].map((value) =>
      chart.valToPos(value, 'y', true),
    ) as [number, number, number];
    // Side by side, since most were measured at the same number of connections.
    const x = chart.valToPos(demands.client.connections, 'x', true) + 9 * scale * (place - (modelled.length - 1) / 2);
    ctx.save();
    ctx.setLineDash([]);
    ctx.strokeStyle = candidateInk(index);
    ctx.fillStyle = candidateInk(index);
    ctx.lineWidth = 2 * scale;
    ctx.beginPath();
    ctx.moveTo(x, low);
    ctx.lineTo(x, high);
    for (const end of [low, high]) {
      ctx.moveTo(x - 3 * scale, end);
      ctx.lineTo(x + 3 * scale, end);
    }
    ctx.stroke();
    ctx.beginPath();
    ctx.arc(x, y, 4.5 * scale, 0, 2 * Math.PI);
    ctx.fill();
    ctx.restore();
  }
};

const writeSentence = (
  { name, measured, doubt, model }: Modelled,
  change: WhatIfChange,
  { requestsPerSecond, latencyMs, gain, bottleneck }: WhatIf,
): Node[] => {
  const strong = document.createElement('strong');
  strong.textContent = `${formatNumber(requestsPerSecond.value)} requests/s [${formatNumber(requestsPerSecond.low)}, ${formatNumber(requestsPerSecond.high)}]`;
  strong.dataset['value'] = String(requestsPerSecond.value);
  const isChanged = Object.keys(change).length > 0;
  const before = isChanged ? `${name}, changed: ` : `${name}, ${measured === undefined ? 'modelled' : 'as measured'}: `;
  const after = isChanged
    ? `, ${formatNumber(gain.value)} times as many; mean latency ${formatNumber(latencyMs.value)} ms. `
    : `; mean latency ${formatNumber(latencyMs.value)} ms. `;
  const evidence = isChanged ? bottleneck.evidence : model.evidence;
  return [
    document.createTextNode(before),
    strong,
    document.createTextNode(`${after}${doubt === undefined ? evidence : `Only a sketch: ${doubt}.`}`),
  ];
};
